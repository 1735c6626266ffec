import { UserError } from "@stripe-customer-sync/provider-kit";
import * as v from "valibot";
import type { StackEngine } from "../engine/engine-of-stack.ts";
import { jsonDocument } from "../engine/json-document.ts";

/** Where the stack's secrets are, as the engine's state has it after the last update. */
export interface DeployedSecrets {
  /** Of each secret binding of the live Worker; empty when nothing was found live. */
  readonly fingerprints: Readonly<Record<string, string>>;
  /** What the database sends. */
  readonly vault: { readonly name: string; readonly fingerprint: string } | undefined;
  /** Tokens that the stack made for the Worker, by their numbers. */
  readonly workerKeys: ReadonlyMap<number, string>;
  /** Endpoints of events by their numbers. */
  readonly endpoints: ReadonlyMap<number, DeployedEndpoint>;
  /** False when the last update was stopped or failed: more may be there than the state knows. */
  readonly isWhole: boolean;
}

export interface DeployedEndpoint {
  readonly secret: string;
  readonly enabledEvents: readonly string[];
}

/** @throws UserError when the engine does not give the state */
export async function readDeployedSecrets(engine: StackEngine): Promise<DeployedSecrets> {
  const { exitCode, output } = await engine.run("stack", "export", "--show-secrets");
  const found = v.safeParse(exportSchema, exitCode === 0 ? jsonDocument(output) : undefined);
  // Not a word of the answer: it holds the stack's secrets.
  if (!found.success) throw new UserError(`Could not read the state of stack ${engine.stack}.`);
  const { resources = [], pending_operations = [] } = found.output.deployment;
  const kept = resources.filter((resource) => resource.delete !== true);
  const ofType = (type: string) => kept.filter((resource) => resource.type === type);

  const [check] = ofType("live-worker:index:LiveCheck");
  const [vault] = ofType("supabase:index:VaultSecret");
  return {
    fingerprints: v.parse(
      v.optional(v.record(v.string(), v.string()), {}),
      check?.inputs.fingerprints,
    ),
    vault: vault && v.parse(vaultSchema, vault.inputs),
    workerKeys: new Map(
      ofType("supabase:index:RoleToken").map(({ urn, outputs }) => [
        numberOf(urn),
        secretText(outputs.token),
      ]),
    ),
    endpoints: new Map(
      ofType("stripe:index:WebhookEndpoint").map(({ urn, inputs, outputs }) => [
        numberOf(urn),
        {
          secret: secretText(outputs.secret),
          enabledEvents: v.parse(v.array(v.string()), inputs.enabledEvents),
        },
      ]),
    ),
    isWhole:
      kept.length === resources.length &&
      pending_operations.length === 0 &&
      kept.every(({ initErrors = [] }) => initErrors.length === 0),
  };
}

const properties = v.optional(v.record(v.string(), v.unknown()), {});
const exportSchema = v.object({
  deployment: v.object({
    resources: v.optional(
      v.array(
        v.object({
          urn: v.string(),
          type: v.string(),
          inputs: properties,
          outputs: properties,
          delete: v.optional(v.boolean()),
          initErrors: v.optional(v.array(v.string())),
        }),
      ),
    ),
    pending_operations: v.optional(v.array(v.unknown())),
  }),
});
const vaultSchema = v.object({ name: v.string(), fingerprint: v.string() });

/** `worker-key-2` is the second; a resource without a number is the first. */
function numberOf(urn: string): number {
  return Number(/-(\d+)$/.exec(urn)?.[1] ?? 1);
}

/** A secret as the export shows it: its JSON, in an envelope that marks it. */
function secretText(value: unknown): string {
  const { success, output } = v.safeParse(v.object({ plaintext: v.string() }), value);
  const text: unknown = success ? JSON.parse(output.plaintext) : value;
  return typeof text === "string" ? text : "";
}
