import type { SettingValues } from "../../stacks/setting-values.ts";
import type { OpenStack } from "../stack/open-stack.ts";
import type { DeployedSecrets } from "./deployed-secrets.ts";

/** The settings that a rotation changes. */
export type RotatedSetting = Extract<
  keyof SettingValues,
  | "webhookToken"
  | "webhookTokenPrevious"
  | "stripeWorkerKey"
  | "stripeWorkerKeyPrevious"
  | "supabaseWorkerKey"
  | "supabaseWorkerKeyPrevious"
  | "workerKeys"
  | "stripeEndpoints"
>;

/** A stack while one of its secrets is exchanged. */
export interface RotatingStack {
  readonly stack: OpenStack;
  /** As they are now: each step changes some. */
  readonly settings: SettingValues;
  /** As the engine's state had it when the command began. */
  readonly deployed: DeployedSecrets;
  /** Sets a setting of the stack; undefined removes it. A secret travels over standard input. */
  write(key: RotatedSetting, value: string | undefined): Promise<void>;
  /** `pulumi up`, with its live check. @throws UserError with the engine's own words */
  deploy(): Promise<void>;
}

/** One step, which bears being made again: a stopped rotation begins with the one it stopped in. */
export interface Step {
  readonly title: string;
  /** @param say what it waits for now, beside the title */
  run(rotating: RotatingStack, say: (what: string) => void): Promise<void>;
  /** Waits for what is under way, or for the operator; passed over when there is no time to wait. */
  readonly waits?: boolean;
}

/** How one kind of secret is exchanged so that both the old and the new are accepted on the way. */
export interface Rotation {
  /** What it makes or wants, in one line for the operator. */
  readonly what: string;
  readonly steps: readonly Step[];
  /**
   * The step that comes next, by what the settings and the state say: the first one where no
   * rotation is under way. Nothing else remembers how far a rotation came.
   */
  nextStep(rotating: RotatingStack): number;
  /**
   * Gets what only the operator can give, and checks it, before anything is changed.
   *
   * @throws UserError
   */
  prepare?(rotating: RotatingStack): Promise<void>;
}

/** A step's number by its title, for {@link Rotation.nextStep}. */
export function indexOf(steps: readonly Step[], step: Step): number {
  const index = steps.indexOf(step);
  if (index < 0) throw new Error(`no step "${step.title}" in this rotation`);
  return index;
}
