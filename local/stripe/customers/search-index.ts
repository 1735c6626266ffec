import type { Customer } from "./customer.ts";

interface Written {
  readonly customer: Customer;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * What search knows: customers as they were a while ago. A deleted one is gone at once, because
 * hits are looked up before they are shown.
 */
export class SearchIndex {
  readonly #indexed = new Map<string, Customer>();
  readonly #latest = new Map<string, Written>();
  #waiting: Written[] = [];

  put(customer: Customer, at: number): void {
    this.#latest.set(customer.id, { customer, at });
    this.#waiting.push({ customer, at });
  }

  delete(id: string): void {
    this.#latest.delete(id);
    this.#indexed.delete(id);
  }

  writtenAt(id: string): number {
    return this.#latest.get(id)?.at ?? 0;
  }

  /**
   * Customers whose indexed version fits, as they are now, newest first.
   *
   * @param until everything written up to then, in milliseconds, is indexed
   */
  find(until: number, fits: (indexed: Customer) => boolean): Customer[] {
    this.#catchUp(until);
    const found: Customer[] = [];
    for (const [id, indexed] of this.#indexed) {
      const latest = this.#latest.get(id);
      if (latest && fits(indexed)) found.push(latest.customer);
    }
    return found.sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
  }

  #catchUp(until: number): void {
    const late: Written[] = [];
    for (const written of this.#waiting) {
      if (written.at > until) late.push(written);
      else if (this.#latest.has(written.customer.id)) {
        this.#indexed.set(written.customer.id, written.customer);
      }
    }
    this.#waiting = late;
  }
}
