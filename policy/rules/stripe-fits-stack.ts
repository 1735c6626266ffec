import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import { type Binding, bindingText } from "../bindings.ts";
import { STRIPE_ENDPOINT, WORKER_VERSION } from "../resource-types.ts";
import { environmentOf, type StackFiles, stackOf } from "../stack-files.ts";

/**
 * Production belongs to Stripe's live mode and to an account of its own; every other environment
 * to test mode. A key says its mode; the account is the one that the stack file names.
 */
export function stripeFitsStack(stacks: StackFiles): ResourceValidationPolicy {
  return {
    name: "stripe-fits-stack",
    description: "The Stripe keys and account are those of the stack's environment.",
    validateResource({ type, urn, props, provider }, report) {
      const stack = stackOf(urn);
      const environment = environmentOf(stack, stacks);
      const mode = modeOf(environment);
      if (type === STRIPE_ENDPOINT) {
        requireMode(provider?.props.apiKey, "stripe:apiKey", { environment, mode }, report);
      }
      if (type === WORKER_VERSION) {
        const bindings = (props.bindings ?? []) as Binding[];
        const key = bindingText(bindings, "STRIPE_API_KEY");
        requireMode(key, "STRIPE_API_KEY", { environment, mode }, report);
        requireFlag(bindingText(bindings, "LIVEMODE"), { environment, mode }, report);
        requireAccount(bindingText(bindings, "STRIPE_ACCOUNT"), stack, stacks, report);
      }
    },
  };
}

type Mode = "live" | "test";
interface Expected {
  readonly environment: string;
  readonly mode: Mode;
}

function modeOf(environment: string): Mode {
  return environment === "production" ? "live" : "test";
}

function requireMode(
  key: unknown,
  name: string,
  { environment, mode }: Expected,
  report: ReportViolation,
): void {
  if (typeof key !== "string") return;
  const actual = key.split("_")[1];
  if (actual === mode) return;
  report(
    `${name} is a ${actual === "live" || actual === "test" ? `${actual}-mode` : "strange"} key, but environment ${environment} belongs to ${mode} mode.`,
  );
}

function requireFlag(
  livemode: string | undefined,
  { environment, mode }: Expected,
  report: ReportViolation,
): void {
  if (livemode === undefined || livemode === String(mode === "live")) return;
  report(`LIVEMODE is ${livemode}, but environment ${environment} belongs to ${mode} mode.`);
}

function requireAccount(
  account: string | undefined,
  stack: string,
  stacks: StackFiles,
  report: ReportViolation,
): void {
  if (account === undefined) return;
  const expected = stacks.get(stack)?.stripeAccount;
  if (expected !== undefined && account !== expected) {
    report(`STRIPE_ACCOUNT is ${account}, but Pulumi.${stack}.yaml names ${expected}.`);
  }
  const mode = modeOf(environmentOf(stack, stacks));
  for (const [other, settings] of stacks) {
    if (settings.stripeAccount !== account) continue;
    if (modeOf(environmentOf(other, stacks)) === mode) continue;
    report(`STRIPE_ACCOUNT ${account} belongs to stack ${other}, which is in the other mode.`);
  }
}
