import type * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "@stripe-customer-sync/provider-kit/fingerprint";

/** What the Worker is told at run time; names as in the Worker's own settings. */
export interface WorkerBindingValues {
  /** Readable by anyone who may read the Worker. An absent value makes no binding. */
  readonly plain: Readonly<Record<string, pulumi.Input<string> | undefined>>;
  /** Never readable again once uploaded. An absent value makes no binding. */
  readonly secret: Readonly<Record<string, pulumi.Input<string> | undefined>>;
}

/** The binding that tells a running Worker which version it is. */
const VERSION_BINDING = { name: "VERSION", type: "version_metadata" };

/**
 * The bindings of a version, sorted by name: the API answers sorted, and another order would be
 * a change at every refresh.
 */
export function workerBindings(
  values: WorkerBindingValues,
): pulumi.Output<cloudflare.types.input.WorkerVersionBinding[]> {
  const bindings = [
    ...present(values.plain).map(([name, text]) => ({ name, type: "plain_text", text })),
    ...present(values.secret).map(([name, text]) => ({ name, type: "secret_text", text })),
    VERSION_BINDING,
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  // Secret as a whole: the provider's own schema does not mark the text of a binding.
  return pulumi.secret(bindings) as pulumi.Output<cloudflare.types.input.WorkerVersionBinding[]>;
}

/** The names of all bindings, sorted. */
export function workerBindingNames(values: WorkerBindingValues): string[] {
  return [
    ...present(values.plain).map(([name]) => name),
    ...present(values.secret).map(([name]) => name),
    VERSION_BINDING.name,
  ].sort();
}

/** A fingerprint for each secret binding; not itself a secret. */
export function workerFingerprints(
  values: WorkerBindingValues,
  key: pulumi.Input<string>,
): pulumi.Output<Record<string, string>> {
  const fingerprints = present(values.secret).map(([name, value]) =>
    pulumi.all([key, value]).apply(([k, v]) => [name, fingerprint(k, name, v)] as const),
  );
  return pulumi.unsecret(pulumi.all(fingerprints).apply((pairs) => Object.fromEntries(pairs)));
}

function present(
  values: Readonly<Record<string, pulumi.Input<string> | undefined>>,
): [string, pulumi.Input<string>][] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, pulumi.Input<string>]],
  );
}
