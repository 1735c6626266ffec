import type { Fault } from "./fault.ts";

/** What a script can decide by. */
export interface FaultyRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** `POST /v1/customers/:id`. */
  readonly endpoint: string;
  readonly idempotencyKey: string | undefined;
}

type Matches = (request: FaultyRequest) => boolean;

/** Faults of one account, scripted by a test. They meet requests that passed key and limits. */
export class Faults {
  #queue: { readonly fault: Fault; readonly matches: Matches }[] = [];
  #rules: ((request: FaultyRequest) => Fault | undefined)[] = [];

  /** The next request, or the next one that matches, gets this fault, once; in the order scripted. */
  next(fault: Fault, matches: Matches = () => true): void {
    this.#queue.push({ fault, matches });
  }

  /**
   * Asks for every request that no queued fault takes.
   *
   * @returns ends it
   */
  always(decide: (request: FaultyRequest) => Fault | undefined): () => void {
    this.#rules.push(decide);
    return () => {
      this.#rules = this.#rules.filter((rule) => rule !== decide);
    };
  }

  /** Queued faults that no request has taken yet. */
  get pending(): number {
    return this.#queue.length;
  }

  clear(): void {
    this.#queue = [];
    this.#rules = [];
  }

  /** The fault of a request, which is used up by this. */
  take(request: FaultyRequest): Fault | undefined {
    const at = this.#queue.findIndex(({ matches }) => matches(request));
    if (at >= 0) return this.#queue.splice(at, 1)[0]?.fault;
    for (const decide of this.#rules) {
      const fault = decide(request);
      if (fault) return fault;
    }
    return undefined;
  }
}
