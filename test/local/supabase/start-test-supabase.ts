import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import { sampleApplicationSql } from "../../../local/sample-application/index.ts";
import {
  type SupabaseCloud,
  type SupabaseProject,
  startSupabase,
} from "../../../local/supabase/index.ts";
import { liveTenant, sandboxTenant } from "../../../local/tenants.ts";

export const sandbox = sandboxTenant.supabase;
export const live = liveTenant.supabase;

export interface TestSupabase {
  readonly cloud: SupabaseCloud;
  /** The sandbox's project, with the sample application in it. */
  readonly project: SupabaseProject;
  readonly stateFolder: string;
  stop(): Promise<void>;
}

type Options = Partial<Parameters<typeof startSupabase>[0]>;

/** A local Supabase with the sandbox's project, or with those that `options` name. */
export async function startTestSupabase(options: Options = {}): Promise<TestSupabase> {
  const stateFolder = options.stateFolder ?? mkdtempSync(join(tmpdir(), "local-supabase-"));
  const cloud = await startSupabase({
    tenants: [sandbox],
    port: 0,
    applicationSql: sampleApplicationSql,
    ...options,
    stateFolder,
  });
  return {
    cloud,
    project: cloud.project(sandbox.ref),
    stateFolder,
    async stop() {
      await cloud.close();
      rmSync(stateFolder, { recursive: true, force: true });
    },
  };
}

/** A supabase-js client as a browser has it, with one of the project's keys. */
export function client(
  project: SupabaseProject,
  key: string = project.publishableKey,
  bearer?: string,
): SupabaseClient {
  return createClient(project.url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    ...(bearer && { accessToken: async () => bearer }),
  });
}

/** Signs somebody up; gives the client with the session, and the person's id. */
export async function signUp(
  project: SupabaseProject,
  email: string,
  data: Record<string, unknown> = {},
): Promise<{ browser: SupabaseClient; userId: string }> {
  const browser = client(project);
  const answer = await browser.auth.signUp({ email, password: PASSWORD, options: { data } });
  if (answer.error) throw answer.error;
  return { browser, userId: answer.data.user?.id ?? "" };
}

export const PASSWORD = "fake-password-of-a-test";

/** A token such as the project's own, with other claims or another secret. */
export async function signToken(
  claims: Record<string, unknown>,
  { secret = sandbox.jwtSecret, expiresAt = 2_082_758_400 } = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(secret));
}

/** A call of the Management API with the sandbox's access token. */
export async function manage(
  cloud: SupabaseCloud,
  method: string,
  path: string,
  { body, token = sandbox.accessToken }: { body?: unknown; token?: string | null } = {},
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(`${cloud.url}/v1/projects${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

/** `POST …/database/query` on the sandbox. */
export async function query(cloud: SupabaseCloud, body: unknown) {
  return manage(cloud, "POST", `/${sandbox.ref}/database/query`, { body });
}

/** Waits until `look` gives something. */
export async function eventually<T>(
  look: () => Promise<T | undefined>,
  limitMs = 5_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`not seen within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
