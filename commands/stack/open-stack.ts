import { StripeApi } from "@pulumi/stripe/stripe-api";
import { ManagementApi, StatementError } from "@pulumi/supabase/management-api";
import { CloudflareClient } from "@stripe-customer-sync/live-worker/cloudflare-client";
import { UserError } from "@stripe-customer-sync/provider-kit";
import type Cloudflare from "cloudflare";
import type Stripe from "stripe";
import { type Environment, environments } from "../../stacks/environments/index.ts";
import { readSettingValues, type SettingValues } from "../../stacks/setting-values.ts";
import { workerAddress } from "../../stacks/worker-address.ts";
import { engineOfStack, type StackEngine, type TerminalEngine } from "../engine/engine-of-stack.ts";
import { jsonDocument } from "../engine/json-document.ts";
import { readConfiguration } from "./read-configuration.ts";

/**
 * A stack, opened for an operator's command: its settings and the clouds that they lead to. Every
 * call repeats what may pass (429, 5xx, a lost answer) within a budget, and throws a UserError of
 * one clear line for the rest, among others for a token that is refused.
 */
export interface OpenStack {
  readonly name: string;
  readonly environment: Environment;
  /** Valid and whole, secrets decrypted; keys as in the setting catalogue. */
  readonly settings: SettingValues;
  readonly engine: TerminalEngine;
  /** How to reach the deployed Worker; `url` has no slash at its end. */
  readonly worker: { readonly name: string; readonly url: string; readonly operatorToken: string };
  /**
   * Runs SQL in the project's database as its owner, over the Supabase Management API, and gives
   * the rows of the last statement. It must bear being run twice. With `parameters` (`$1`, `$2`,
   * …; texts, to be cast) it may have one statement only.
   */
  sql<Row>(query: string, parameters?: readonly string[], options?: SqlOptions): Promise<Row[]>;
  /**
   * A call with the official client and the Worker's restricted key.
   *
   * @param permission what a restricted key needs for it, as in "Customers: Read"
   */
  stripe<T>(permission: string, request: (client: Stripe) => Promise<T>): Promise<T>;
  /**
   * A call with the official client and the stack's API token.
   *
   * @param permission what the token needs for it, as in "Workers Scripts: Read"
   */
  cloudflare<T>(permission: string, request: (client: Cloudflare) => PromiseLike<T>): Promise<T>;
  /** The outputs of the last update; empty before the first. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
}

export interface SqlOptions {
  /** What it is for, as a message says it: "read the jobs". */
  readonly purpose?: string;
  /** Run as the project's read-only role, which has no access to what row level security hides. */
  readonly readOnly?: boolean;
}

const SUPABASE_API = "https://api.supabase.com";
const STRIPE_API = "https://api.stripe.com";

/**
 * Opens a stack. Calls no cloud yet.
 *
 * @throws UserError when there is no such stack, or its passphrase is missing or wrong
 * @throws SettingsError with every problem of its settings
 */
export async function openStack(name: string): Promise<OpenStack> {
  const engine = await engineOfStack(name);
  const settings = readSettingValues(await readConfiguration(engine), name, process.env);
  const supabase = new ManagementApi({
    endpoint: settings["supabase:endpoint"] ?? SUPABASE_API,
    accessToken: settings["supabase:accessToken"],
  });
  const stripe = new StripeApi(
    settings.stripeWorkerKey,
    new URL(settings["stripe:apiBase"] ?? STRIPE_API),
    "stripeWorkerKey",
  );
  const cloudflare = new CloudflareClient(
    settings["cloudflare:apiToken"],
    settings["cloudflare:baseUrl"],
    "cloudflare:apiToken",
  );
  const { name: workerName, url } = workerAddress(settings, name);
  return {
    name,
    environment: environments[settings.environment as Environment["name"]],
    settings,
    engine,
    worker: { name: workerName, url, operatorToken: settings.operatorToken },
    sql: async <Row>(
      query: string,
      parameters?: readonly string[],
      { purpose = "ask the database", readOnly = false }: SqlOptions = {},
    ) => {
      const statement = {
        purpose,
        sql: query,
        readOnly,
        ...(parameters !== undefined && { parameters }),
      };
      try {
        return await supabase.query<Row>(settings.supabaseProjectRef, statement);
      } catch (error) {
        throw isNotInstalled(error) ? notDeployed(engine, error) : error;
      }
    },
    stripe: (permission, request) => stripe.call(permission, request),
    cloudflare: (permission, request) => cloudflare.call(permission, request),
    outputs: () => readOutputs(engine),
  };
}

function isNotInstalled(error: unknown): boolean {
  return error instanceof StatementError && /stripe_sync\S* does not exist/.test(error.message);
}

function notDeployed({ command, stack }: StackEngine, cause: unknown): UserError {
  const deploy = `${command} up -s ${stack}`;
  return new UserError(
    `The sync is not installed in the database of stack ${stack}: deploy it first (${deploy}).`,
    { cause },
  );
}

async function readOutputs(engine: StackEngine): Promise<Readonly<Record<string, unknown>>> {
  const { exitCode, output } = await engine.run("stack", "output", "--json");
  const outputs = exitCode === 0 ? jsonDocument(output) : undefined;
  if (typeof outputs !== "object" || outputs === null) {
    throw new UserError(`Could not read the outputs of stack ${engine.stack}.`);
  }
  return Object.fromEntries(Object.entries(outputs));
}
