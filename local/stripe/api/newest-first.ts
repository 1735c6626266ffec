/** An object as lists need it. */
export interface Dated {
  readonly id: string;
  /** Unix time in seconds. */
  readonly created: number;
}

/** Objects by id, and in the order in which the API lists them: newest first. */
export class NewestFirst<T extends Dated> {
  readonly #byId = new Map<string, T>();
  /** Oldest first, so that a new object goes to the end; ids of deleted objects keep their place. */
  readonly #order: Dated[] = [];

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Adds an object, or replaces the one with its id, which keeps its place. */
  put(object: T): void {
    const isNew = !this.#byId.has(object.id);
    this.#byId.set(object.id, object);
    if (!isNew) return;
    // The end, but for a clock that was set back.
    let at = this.#order.length;
    while (at > 0 && (this.#order[at - 1]?.created ?? 0) > object.created) at -= 1;
    this.#order.splice(at, 0, { id: object.id, created: object.created });
  }

  delete(id: string): void {
    this.#byId.delete(id);
  }

  *oldestFirst(): Generator<T> {
    for (const { id } of this.#order) {
      const object = this.#byId.get(id);
      if (object) yield object;
    }
  }

  /** Starts beside an object, also one that was deleted meanwhile; undefined for an unknown id. */
  newestFirst(cursor?: { readonly after: string }): Generator<T> | undefined {
    const start = cursor ? this.#indexOf(cursor.after) - 1 : this.#order.length - 1;
    return start === UNKNOWN - 1 ? undefined : this.#walk(start, -1);
  }

  /** The objects newer than one, nearest first; undefined for an unknown id. */
  newerThan(id: string): Generator<T> | undefined {
    const start = this.#indexOf(id);
    return start === UNKNOWN ? undefined : this.#walk(start + 1, 1);
  }

  #indexOf(id: string): number {
    return this.#order.findLastIndex((place) => place.id === id);
  }

  *#walk(start: number, step: 1 | -1): Generator<T> {
    for (let at = start; at >= 0 && at < this.#order.length; at += step) {
      const object = this.#byId.get(this.#order[at]?.id ?? "");
      if (object) yield object;
    }
  }
}

const UNKNOWN = -1;
