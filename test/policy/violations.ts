import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { Secret } from "@pulumi/policy";

/** A resource as a program declares it. */
export interface Declared {
  readonly type: string;
  readonly props: Record<string, unknown>;
  readonly stack?: string;
  readonly protect?: boolean;
  readonly secretOutputs?: readonly string[];
  /** Properties that the program marked secret. */
  readonly secretInputs?: readonly string[];
  readonly providerProps?: Record<string, unknown>;
}

/** What a rule says of one resource, in the order in which the engine asks it. */
export async function violations(
  policy: ResourceValidationPolicy,
  declared: Declared,
): Promise<string[]> {
  const args = argumentsFor(declared);
  const marked = Object.fromEntries(
    Object.entries(declared.props).map(([name, value]) => [
      name,
      declared.secretInputs?.includes(name) ? new Secret(value) : value,
    ]),
  );
  await policy.remediateResource?.({ ...args, props: marked });
  const messages: string[] = [];
  for (const validate of [policy.validateResource ?? []].flat()) {
    await validate(args, (message) => messages.push(message));
  }
  return messages;
}

/** What a rule says of a whole stack. */
export async function stackViolations(
  policy: StackValidationPolicy,
  declared: readonly Declared[],
): Promise<string[]> {
  const messages: string[] = [];
  const resources = declared.map((each) => argumentsFor(each) as unknown as PolicyResource);
  await policy.validateStack(
    { resources, stackTags: new Map(), getConfig: <T>() => ({}) as T, notApplicable },
    (message) => messages.push(message),
  );
  return messages;
}

function argumentsFor(declared: Declared): ResourceValidationArgs {
  const { type, props, stack = "staging", protect = false, secretOutputs = [] } = declared;
  const urn = `urn:pulumi:${stack}::stripe-customer-sync::${type}::example`;
  return {
    type,
    props,
    urn,
    name: "example",
    opts: {
      protect,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [...secretOutputs],
    },
    ...(declared.providerProps && {
      provider: { type: "pulumi:providers:example", props: declared.providerProps, urn, name: "" },
    }),
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: <T>() => ({}) as T,
    notApplicable,
  };
}

function notApplicable(): never {
  throw new Error("no rule of this pack is ever not applicable");
}
