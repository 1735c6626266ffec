import type { JudgedSettings, SettingValues } from "../../stacks/setting-values.ts";
import type { SettingProblem } from "../../stacks/settings-error.ts";
import { type WorkerAddress, workerAddress } from "../../stacks/worker-address.ts";
import type { StackEngine } from "../engine/engine-of-stack.ts";

/** An environment as far as its settings tell it; any of them may be missing. */
export interface Patient {
  readonly stack: string;
  readonly engine: StackEngine;
  /** The settings that are right by themselves. */
  readonly values: Partial<SettingValues>;
  readonly problems: readonly SettingProblem[];
  /** Undefined when the settings do not say where the Worker answers. */
  readonly worker: WorkerAddress | undefined;
}

export function patientOf(engine: StackEngine, { values, problems }: JudgedSettings): Patient {
  const isReachable = values.domain ?? values.route ?? values.workersDevSubdomain;
  return {
    stack: engine.stack,
    engine,
    values,
    problems,
    worker:
      isReachable === undefined ? undefined : workerAddress(values as SettingValues, engine.stack),
  };
}
