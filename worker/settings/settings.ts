import * as v from "valibot";
import {
  ALERT_DEAD_JOBS,
  ALERT_SILENT_SECONDS,
  ALERT_UNLINKED_SECONDS,
  FREE_SUBREQUESTS,
} from "../limits.ts";
import type { Bindings } from "./bindings.ts";
import { bindingsSchema, problemsOf } from "./bindings-schema.ts";
import { SettingsError } from "./settings-error.ts";

/** Everything that the Worker is told by its bindings, checked. */
export interface Settings {
  /** Name of the stack, as in the metadata of its customers. */
  readonly environment: string;
  /** Whether this stack may touch live Stripe objects: true only for production. */
  readonly livemode: boolean;
  readonly subrequestLimit: number;
  readonly version: { readonly id: string; readonly tag: string };
  readonly supabase: {
    /** Without a slash at its end. */
    readonly url: string;
    readonly publishableKey: string;
    readonly key: string;
  };
  readonly stripe: {
    readonly account: string;
    readonly apiKey: string;
    /** Undefined on real accounts. */
    readonly apiBase: URL | undefined;
    /** The current signing secret and, during a rotation, the previous one. */
    readonly webhookSecrets: readonly string[];
  };
  /** The current webhook token and, during a rotation, the previous one. */
  readonly webhookTokens: readonly string[];
  readonly operatorToken: string;
  readonly fingerprintKey: string;
  readonly alerts: {
    /** Where the operator is told; undefined when nobody is. Such addresses carry tokens. */
    readonly url: string | undefined;
    readonly thresholds: AlertThresholds;
  };
}

/** What must be passed before the operator is told. */
export interface AlertThresholds {
  /** An organization has waited for its first customer longer than this. */
  readonly unlinkedSeconds: number;
  /** As many jobs are dead. */
  readonly deadJobs: number;
  /** No webhook has come for as long, though organizations came. */
  readonly silentSeconds: number;
}

const known = new WeakMap<Bindings, Settings>();

/**
 * The settings of an environment; checked once for each environment that the runtime hands over.
 *
 * @throws SettingsError naming every wrong binding, never a value.
 */
export function readSettings(bindings: Bindings): Settings {
  const settings = known.get(bindings) ?? checkBindings(bindings);
  known.set(bindings, settings);
  return settings;
}

function checkBindings(bindings: Bindings): Settings {
  const { output, success, issues } = v.safeParse(bindingsSchema, bindings);
  if (!success) {
    throw new SettingsError(problemsOf(issues));
  }
  requireKeyOfMode(output.STRIPE_API_KEY, output.LIVEMODE);
  return {
    environment: output.ENVIRONMENT,
    livemode: output.LIVEMODE,
    subrequestLimit: output.SUBREQUEST_LIMIT ?? FREE_SUBREQUESTS,
    version: output.VERSION,
    supabase: {
      url: output.SUPABASE_URL.replace(/\/+$/, ""),
      publishableKey: output.SUPABASE_PUBLISHABLE_KEY,
      key: output.SUPABASE_KEY,
    },
    stripe: {
      account: output.STRIPE_ACCOUNT,
      apiKey: output.STRIPE_API_KEY,
      apiBase: output.STRIPE_API_BASE ? new URL(output.STRIPE_API_BASE) : undefined,
      webhookSecrets: present(output.STRIPE_WEBHOOK_SECRET, output.STRIPE_WEBHOOK_SECRET_PREVIOUS),
    },
    webhookTokens: present(output.WEBHOOK_TOKEN, output.WEBHOOK_TOKEN_PREVIOUS),
    operatorToken: output.OPERATOR_TOKEN,
    fingerprintKey: output.FINGERPRINT_KEY,
    alerts: {
      url: output.ALERT_URL || undefined,
      thresholds: {
        unlinkedSeconds: output.ALERT_UNLINKED_SECONDS ?? ALERT_UNLINKED_SECONDS,
        deadJobs: output.ALERT_DEAD_JOBS ?? ALERT_DEAD_JOBS,
        silentSeconds: output.ALERT_SILENT_SECONDS ?? ALERT_SILENT_SECONDS,
      },
    },
  };
}

/** The kind of key says which mode it opens (https://docs.stripe.com/keys). */
function requireKeyOfMode(apiKey: string, livemode: boolean): void {
  const mode = /^[rs]k_(test|live)_/.exec(apiKey)?.[1];
  if (mode !== undefined && (mode === "live") !== livemode) {
    throw new SettingsError([
      {
        binding: "STRIPE_API_KEY",
        problem: `is a ${mode} key, but this environment has LIVEMODE ${livemode}`,
      },
    ]);
  }
}

function present(...values: (string | undefined)[]): string[] {
  return values.filter((value): value is string => value !== undefined && value !== "");
}
