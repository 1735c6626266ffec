import type { Properties } from "./properties.ts";
import { UserError } from "./user-error.ts";

/**
 * Thrown by create or update when the resource exists in the cloud but is not as declared: the
 * engine keeps it in the state with these outputs, ends the update with the reasons as an error,
 * and the next `up` calls update even if no input changed.
 */
export class PartialFailure extends UserError {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly outputs: Properties;
  readonly reasons: readonly string[];

  constructor(state: {
    readonly id: string;
    readonly outputs: Properties;
    readonly reasons: readonly string[];
    readonly cause?: unknown;
  }) {
    super(state.reasons.join("\n"), { cause: state.cause });
    this.id = state.id;
    this.outputs = state.outputs;
    this.reasons = state.reasons;
  }
}
