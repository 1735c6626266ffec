/**
 * What the engine's state holds for a resource, learnt from the calls that precede a create: the
 * protocol does not say whether a create makes a first object or the replacement of one.
 */
export class StoredIds {
  readonly #byUrn = new Map<string, Set<string>>();

  /** The state holds an object; its id may not be known yet. */
  note(urn: string, id?: string): void {
    const ids = this.#byUrn.get(urn) ?? new Set();
    this.#byUrn.set(urn, id === undefined ? ids : ids.add(id));
  }

  /** Whether the object with this id is certainly not in the state. */
  isForgotten(urn: string, id: string): boolean {
    const ids = this.#byUrn.get(urn);
    if (ids === undefined) return true;
    return ids.size > 0 && !ids.has(id);
  }
}
