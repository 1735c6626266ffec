/** Inputs or outputs of a resource as plain JavaScript: JSON without `undefined`. */
export type Properties = Record<string, unknown>;

/** A finding of a check about one property; the engine prints it with the resource's name. */
export type CheckFailure = { readonly property: string; readonly reason: string };

/** Inputs after defaults were filled in, and what is wrong with them. */
export type CheckResult<Inputs = Properties> = {
  readonly inputs: Inputs;
  readonly failures: readonly CheckFailure[];
};
