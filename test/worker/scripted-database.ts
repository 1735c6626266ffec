import { startScriptedServer } from "./scripted-server.ts";

/** A call of a job function, with its named arguments. */
export interface FunctionCall {
  readonly name: string;
  readonly args: Record<string, unknown>;
}

export interface ScriptedDatabase {
  readonly url: string;
  readonly calls: FunctionCall[];
  /** Arguments of the calls of one function. */
  callsOf(name: string): Record<string, unknown>[];
  close(): Promise<void>;
}

type Answer = (args: Record<string, unknown>, call: number) => unknown;

/**
 * The REST interface with scripted job functions, for answers that the real ones give only in
 * rare moments. A function that is not scripted answers as PostgREST does for an unknown one.
 */
export async function startScriptedDatabase(
  functions: Record<string, Answer>,
): Promise<ScriptedDatabase> {
  const calls: FunctionCall[] = [];
  const server = await startScriptedServer(({ path, body }) => {
    const name = path.replace("/rest/v1/rpc/", "");
    const args = JSON.parse(body) as Record<string, unknown>;
    calls.push({ name, args });
    const answer = functions[name];
    if (answer === undefined) return { status: 404, json: { code: "PGRST202" } };
    const json = answer(args, calls.filter((call) => call.name === name).length);
    return json instanceof Failure ? json : { status: 200, json };
  });
  return {
    url: server.url,
    calls,
    callsOf: (name) => calls.filter((call) => call.name === name).map(({ args }) => args),
    close: server.close,
  };
}

/** An answer of a job function that is a failure of the REST interface. */
export class Failure {
  readonly status: number;
  readonly json: unknown;

  constructor(status: number, code: string) {
    this.status = status;
    this.json = { code, message: "ada@example.com is in this message" };
  }
}

export const organization = "0b5f3c3e-7a53-4c0e-9c1b-0f6f5a1d2e3f";
export const lease = "7d1c9f52-2f0b-4c55-8a43-3f8f6a8f1a11";

/** A job as the database hands it out. */
export function job(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    organization_id: organization,
    action: "create",
    lease,
    revision: 1,
    generation: 1,
    attempt: 1,
    idempotency_key: `organization:${organization}:g1`,
    request: {
      name: "Ada Lovelace",
      email: "ada@example.com",
      metadata: { organization_id: organization, environment: "local" },
    },
    customer_id: null,
    first_attempt_at: null,
    ...changes,
  };
}

/** A claim that hands out `jobs` once and then has nothing left. */
export function claimOnce(...jobs: Record<string, unknown>[]): Answer {
  return (_, call) =>
    call === 1 ? { jobs, deferred: null, more: false } : { jobs: [], deferred: null, more: false };
}

/** An empty backlog, and nobody to tell. */
export const nothingDue = {
  backlog: {
    due: 0,
    leased: 0,
    parked: 0,
    dead: 0,
    oldest_waiting_seconds: null,
    last_webhook_seconds: null,
    unrung: 0,
  },
  passed: [],
  due: [],
  claim: null,
};

/** Functions that link whatever they are told. */
export const linking: Record<string, Answer> = {
  stripe_sync_complete: ({ customer }) => ({ outcome: "linked", customer_id: customer }),
  stripe_sync_fail: () => ({ outcome: "due", next_attempt_at: null }),
  stripe_sync_due_alerts: () => nothingDue,
};
