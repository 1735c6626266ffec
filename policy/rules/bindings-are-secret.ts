import { type ResourceValidationPolicy, Secret } from "@pulumi/policy";
import type { Binding } from "../bindings.ts";
import { WORKER_VERSION } from "../resource-types.ts";

/** How a key of a vendor that the Worker talks to begins. */
const SECRET_VALUE = /^(?:(?:sk|rk)_(?:test|live)_|whsec_|sb_secret_|sbp_)/;
/** What a binding that holds a secret is called. */
const SECRET_NAME = /(?:^|_)(?:KEY|SECRET|TOKEN|PASSWORD|CREDENTIALS?)(?:_|$)/;
/** Made to be public: https://supabase.com/docs/guides/api/api-keys */
const PUBLIC_NAME = /PUBLISHABLE|PUBLIC/;

/**
 * A secret in a binding is of type secret_text, so that nobody reads it back, and the bindings
 * are marked secret as a whole, so that the state keeps them encrypted.
 *
 * Only the remediation step of a policy is shown the engine's marks, and it comes first: it
 * notes them and changes nothing.
 */
export function bindingsAreSecret(): ResourceValidationPolicy {
  const unmarked = new Set<string>();
  return {
    name: "bindings-are-secret",
    description: "Secrets in a Worker's bindings are secret_text and marked secret.",
    enforcementLevel: "remediate",
    remediateResource({ type, urn, props }) {
      if (type !== WORKER_VERSION) return;
      if (isKnownAndUnmarked(props, "bindings")) unmarked.add(urn);
      else unmarked.delete(urn);
    },
    validateResource({ type, urn, props, opts }, report) {
      if (type !== WORKER_VERSION) return;
      if (unmarked.has(urn)) {
        report("The bindings are not marked secret: wrap them in pulumi.secret(…).");
      }
      if (!opts.additionalSecretOutputs.includes("bindings")) {
        report('The bindings would come back in plain: add additionalSecretOutputs: ["bindings"].');
      }
      for (const { name } of ((props.bindings ?? []) as Binding[]).filter(holdsPlainSecret)) {
        report(
          `The binding ${name} is plain_text and looks like a secret: make it secret_text, or give it a name that says what it is.`,
        );
      }
    },
  };
}

function holdsPlainSecret({ name, type, text }: Binding): boolean {
  if (type !== "plain_text" && type !== "json") return false;
  if (SECRET_VALUE.test(text ?? "")) return true;
  return SECRET_NAME.test(name) && !PUBLIC_NAME.test(name);
}

/**
 * The properties are a proxy that unwraps secrets when read; its descriptor still has the mark.
 * A value that a preview cannot know has none, and is judged when the update makes it.
 */
function isKnownAndUnmarked(props: object, name: string): boolean {
  const value: unknown = Object.getOwnPropertyDescriptor(props, name)?.value;
  return !(value instanceof Secret) && Array.isArray(value);
}
