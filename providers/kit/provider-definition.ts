import type { DiffResult } from "./diff-properties.ts";
import type { EngineLog } from "./engine-log.ts";
import type { CheckResult, Properties } from "./properties.ts";

/** A Pulumi provider: its configuration, its resource types and its functions. */
export type ProviderDefinition<Context> = {
  /** The package's name, as in the plugin's file name `pulumi-resource-<name>`. */
  readonly name: string;
  /** Semantic version without a leading `v`. */
  readonly version: string;
  /** Configuration properties that are stored encrypted and never shown. */
  readonly secretConfig?: readonly string[];
  /** Called with the plain configuration; unknown values are {@link UNKNOWN}. */
  checkConfig?(news: Properties): CheckResult | Promise<CheckResult>;
  /** Turns the configuration (plain, known) into what the resources work with. */
  configure(config: Properties): Context | Promise<Context>;
  /** By token, `<package>:index:<Type>`. */
  readonly resources: Readonly<Record<string, ResourceType<Context>>>;
  /** By token, `<package>:index:<function>`. */
  readonly functions?: Readonly<Record<string, ProviderFunction<Context>>>;
};

/** A function of a provider: arguments in, result out, no effect. */
export type ProviderFunction<Context> = (
  args: Properties,
  context: Context,
  operation: Operation,
) => Promise<object>;

/** What a single call of the engine is about. */
export type Operation = {
  /** Of the resource; the function's token for a function. */
  readonly urn: string;
  /** When true, create and update must have no effect. */
  readonly preview: boolean;
  /** Aborted when the user interrupts the engine. */
  readonly signal: AbortSignal;
  /** Says something to the user of the engine, beside the resource's line. */
  readonly log: EngineLog;
};

/**
 * A resource type. `Inputs` and `Outputs` must be type aliases, not interfaces (only those are
 * assignable to {@link Properties}).
 *
 * Every method may throw a {@link UserError}; create and update a {@link PartialFailure}.
 */
export type ResourceType<Context, Inputs = Properties, Outputs = Properties> = {
  /** Inputs and outputs that are stored encrypted and never shown, whatever the program says. */
  readonly secrets?: readonly string[];
  /** Inputs whose change needs a new resource. Used where there is no `diff`. */
  readonly replaceOn?: readonly string[];
  /** Inputs that are lists of texts in no order. Used where there is no `diff`. */
  readonly sets?: readonly string[];
  /** Delete the old resource before its replacement is made. Used where there is no `diff`. */
  readonly deleteBeforeReplace?: boolean;
  /** `news` comes from the program and may be anything; `olds` is empty for a new resource. */
  check(
    news: Properties,
    olds: Properties,
    context: Context,
    operation: Operation,
  ): CheckResult<Inputs> | Promise<CheckResult<Inputs>>;
  /** Default: every changed input is an update, or a replacement if `replaceOn` names it. */
  diff?(
    change: Change<Inputs, Outputs>,
    context: Context,
    operation: Operation,
  ): DiffResult | Promise<DiffResult>;
  create(
    inputs: Inputs,
    context: Context,
    operation: Operation,
  ): Promise<{ readonly id: string; readonly outputs: Outputs }>;
  /**
   * The resource as it is in the cloud now, its inputs too: what differs from the stored inputs is
   * drift. `undefined` means that it is gone. Inputs and outputs are undefined at an import, when
   * only the id is known.
   */
  read(
    stored: Stored<Inputs | undefined, Outputs | undefined>,
    context: Context,
    operation: Operation,
  ): Promise<Required<Stored<Inputs, Outputs>> | undefined>;
  update(change: Change<Inputs, Outputs>, context: Context, operation: Operation): Promise<Outputs>;
  /** A resource that is gone already counts as deleted. */
  delete(stored: Stored<Inputs, Outputs>, context: Context, operation: Operation): Promise<void>;
};

/** A resource as the engine's state has it. */
export type Stored<Inputs, Outputs> = {
  readonly id: string;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
};

/** A resource as the engine's state has it, and the inputs that it shall have. */
export type Change<Inputs, Outputs> = {
  readonly id: string;
  readonly oldInputs: Inputs;
  readonly oldOutputs: Outputs;
  readonly newInputs: Inputs;
};
