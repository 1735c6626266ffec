import type { TestDatabase } from "../database/test-database.ts";
import { type ScriptedAnswer, startScriptedServer } from "./scripted-server.ts";

export interface DatabaseOverRest {
  readonly url: string;
  /** Answers the next calls of a function with a status instead of making them. */
  refuse(name: string, status: number, times?: number): void;
  close(): Promise<void>;
}

/**
 * The job functions of a real database as PostgREST serves them to the Worker: by name, with
 * named arguments, as the Worker's role.
 */
export async function startDatabaseOverRest(database: TestDatabase): Promise<DatabaseOverRest> {
  const refusals = new Map<string, { status: number; times: number }>();
  const server = await startScriptedServer(async ({ path, body }): Promise<ScriptedAnswer> => {
    const name = path.replace("/rest/v1/rpc/stripe_sync_", "");
    const refusal = refusals.get(name);
    if (refusal !== undefined && refusal.times > 0) {
      refusal.times -= 1;
      return { status: refusal.status, json: { code: "PGRST301", message: "refused" } };
    }
    try {
      return { status: 200, json: await database.call(name, JSON.parse(body)) };
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "XX000";
      return { status: 500, json: { code, message: String(error) } };
    }
  });
  return {
    url: server.url,
    refuse: (name, status, times = 1) => void refusals.set(name, { status, times }),
    close: server.close,
  };
}
