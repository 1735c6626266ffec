import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type ProviderServer, serveProvider } from "@stripe-customer-sync/provider-kit";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { supabaseProvider } from "../../../providers/supabase/plugin/supabase-provider.ts";
import {
  client,
  sandbox,
  startTestSupabase,
  type TestSupabase,
} from "../../local/supabase/start-test-supabase.ts";
import { EngineClient, secretOf } from "../kit/engine-client.ts";
import { ScriptedApi } from "../kit/scripted-api.ts";
import { ResourceLife } from "./resource-life.ts";

const type = "supabase:index:RoleToken";
const ROLE = "token_test_worker";
const DAY_MS = 86_400_000;
const keysUrl = () => `${supabase.cloud.url}/v1/projects/${sandbox.ref}/config/auth/signing-keys`;

let supabase: TestSupabase;
let server: ProviderServer;
let engine: EngineClient;
let token: ResourceLife;
let args: Record<string, unknown>;

beforeAll(async () => {
  supabase = await startTestSupabase();
  await supabase.project.sql.unsafe(`
    create role ${ROLE} nologin noinherit;
    grant ${ROLE} to authenticator;
    grant usage on schema public to ${ROLE};
    create function public.who() returns text language sql as $$ select current_user::text $$;
    revoke execute on function public.who from public, anon, authenticated;
    grant execute on function public.who to ${ROLE}, service_role;
    create table public.closed (id int)`);
  server = await serveProvider(supabaseProvider({ environment: {}, budgetMs: 2_000 }));
  engine = new EngineClient(server.port);
  await engine.configure({ accessToken: sandbox.accessToken, endpoint: supabase.cloud.url });
  const { url, publishableKey } = supabase.project;
  args = { projectRef: sandbox.ref, role: ROLE, url, publishableKey };
});
afterAll(async () => {
  engine.close();
  await server.close();
  await supabase.stop();
});

beforeEach(() => {
  token = new ResourceLife(engine, type);
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all((await keys()).map(({ id }) => byHand("DELETE", id)));
});

interface Key {
  readonly id: string;
  readonly status: string;
}

async function keys(): Promise<Key[]> {
  const response = await fetch(keysUrl(), { headers });
  return ((await response.json()) as { keys: Key[] }).keys;
}

const headers = { authorization: `Bearer ${sandbox.accessToken}` };

/** What somebody does in the dashboard. */
async function byHand(method: "PATCH" | "DELETE", id: string, body?: object): Promise<void> {
  const response = await fetch(`${keysUrl()}/${id}`, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

function made(life = token): { token: string; keyId: string; expiresAt: string } {
  const outputs = life.state?.outputs ?? {};
  const { token: marked, keyId, expiresAt } = outputs as Record<string, unknown>;
  const text = Object.values(marked as Record<string, unknown>).find(
    (value) => typeof value === "string" && value.startsWith("eyJ"),
  );
  return { token: String(text), keyId: String(keyId), expiresAt: String(expiresAt) };
}

/** Status of a call of a function that only the role may call. */
async function statusWith(bearer: string): Promise<number> {
  const { project } = supabase;
  return (await client(project, project.publishableKey, bearer).rpc("who")).status;
}

test("the token opens the REST interface as its role, and that role's functions only", async () => {
  await token.up(args);
  const { project } = supabase;
  const caller = client(project, project.publishableKey, made().token);
  expect((await caller.rpc("who")).data).toBe(ROLE);
  expect((await caller.from("closed").select()).status).toBe(403);
  expect(decodeProtectedHeader(made().token)).toMatchObject({ alg: "ES256" });
  expect(decodeJwt(made().token)).toMatchObject({ role: ROLE, ref: sandbox.ref });
});

test("the key only verifies, and its private part is in no state", async () => {
  await token.up(args);
  expect(await keys()).toEqual([expect.objectContaining({ status: "previously_used" })]);
  expect(token.state?.outputs).toMatchObject({
    keyId: made().keyId,
    fingerprint: expect.stringMatching(/^[\w-]{43}$/),
    expiresAt: expect.any(String),
    token: secretOf(made().token),
  });
  const state = JSON.stringify(token.state);
  expect(state).not.toMatch(/"d"|PRIVATE KEY|private/);
});

test("a key that is revoked by hand is reported, and replaced by the next update", async () => {
  await token.up(args);
  const old = made();
  expect(await token.refresh()).toEqual({});

  await byHand("PATCH", old.keyId, { status: "revoked" });
  expect(await statusWith(old.token)).toBe(401);
  expect(await token.refresh()).toEqual({ status: "revoked" });
  expect(await token.up(args)).toEqual({ status: "UPDATE_REPLACE" });
  expect(await statusWith(made().token)).toBe(200);
  expect((await keys()).map(({ id }) => id)).toEqual([made().keyId]);
  expect(await token.refresh()).toEqual({});
});

test("a key that is gone is gone, and one that was put to another use is put back", async () => {
  await token.up(args);
  await byHand("PATCH", made().keyId, { status: "standby" });
  expect(await token.refresh()).toEqual({ status: "standby" });
  expect(await token.up(args)).toEqual({ status: "UPDATE" });
  expect(await token.refresh()).toEqual({});

  await byHand("DELETE", made().keyId);
  expect(await statusWith(made().token)).toBe(401);
  expect(await token.refresh()).toBeNull();
  await token.up(args);
  expect(await statusWith(made().token)).toBe(200);
});

// Without the PATCH to "revoked" and the DELETE in SigningKeys.remove the token still opens.
test("deleting the resource ends the token at once, also when the key is gone already", async () => {
  await token.up(args);
  const { token: old, keyId } = made();
  await token.destroy();
  expect(await keys()).toEqual([]);
  expect(await statusWith(old)).toBe(401);

  await token.up(args);
  await byHand("DELETE", made().keyId);
  await token.destroy();
  expect(keyId).not.toBe("");
});

test("near its end the token is reported, and replaced also without a refresh", async () => {
  await token.up(args);
  const old = made();
  const untilEnd = Date.parse(old.expiresAt) - Date.now();
  expect(untilEnd / DAY_MS).toBeCloseTo(365, 1);
  expect(await token.up(args)).toEqual({});

  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 336 * DAY_MS });
  const life = new ResourceLife(engine, type);
  life.state = token.state;
  expect(await life.up(args)).toEqual({ readyForRenewal: "UPDATE_REPLACE" });
  expect(Date.parse(made(life).expiresAt)).toBeGreaterThan(Date.parse(old.expiresAt));
  vi.useRealTimers();

  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 700 * DAY_MS });
  expect(await life.refresh()).toEqual({ readyForRenewal: true });
});

// Without waitUntilAccepted in create whoever gets the token is refused until the key is known.
test("a create waits until the project accepts the token", async () => {
  const refused = () => new Response("{}", { status: 401 });
  const missing = () => new Response("{}", { status: 404 });
  const rest = new ScriptedApi(
    refused(),
    new Response(null, { status: 503 }),
    refused(),
    missing(),
  );
  await token.up({ ...args, url: await rest.start() });
  expect(rest.requests).toHaveLength(4);
  await rest.stop();
});

test("an import whose answer was lost is found again, and not made twice", async () => {
  const api = `${supabase.cloud.url}`;
  const losing = serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const { method } = request;
      const body = method === "GET" ? null : await request.text();
      const answer = await fetch(api + pathname, { method, headers: request.headers, body });
      return method === "POST" ? new Response(null, { status: 502 }) : answer;
    },
  });
  await once(losing, "listening");
  const { port } = losing.address() as AddressInfo;
  await engine.configure({
    accessToken: sandbox.accessToken,
    endpoint: `http://127.0.0.1:${port}`,
  });
  await token.up(args);
  expect(await keys()).toHaveLength(1);
  expect(await statusWith(made().token)).toBe(200);
  await engine.configure({ accessToken: sandbox.accessToken, endpoint: supabase.cloud.url });
  losing.close();
});

test("another role or lifetime is another token", async () => {
  await token.up(args);
  const { keyId } = made();
  const changed = await token.up({ ...args, validityDays: 7, earlyRenewalDays: 1 });
  expect(changed).toMatchObject({ validityDays: "UPDATE_REPLACE", earlyRenewalDays: "UPDATE" });
  expect(made().keyId).not.toBe(keyId);
});

test("a preview makes no key", async () => {
  const { inputs } = await engine.check(type, args);
  const { id } = await engine.create(type, inputs, { preview: true });
  expect(id).toBe("");
  expect(await keys()).toEqual([]);
});

test("an import is refused with the reason", async () => {
  await token.up(args);
  await expect(engine.read(type, { id: token.state?.id ?? "" })).rejects.toThrow(
    /cannot be imported: neither the key's private part nor the token can be read back/,
  );
});

test.each([
  [{ role: "Robert'); drop" }, /"role" must be a database role's name/],
  [{ validityDays: 9_999 }, /"validityDays" must be at most 3650/],
  [{ validityDays: 30 }, /"earlyRenewalDays" must be less than "validityDays"/],
  [{ publishableKey: null }, /"url" and "publishableKey" belong together/],
  [{ lifetime: 3 }, /there is no property "lifetime"/],
])("%o is refused before anything is made", async (wrong, reason) => {
  const { failures } = await engine.check(type, { ...args, ...wrong });
  expect(failures.map((failure) => failure.reason).join("\n")).toMatch(reason);
});

test("an access token of another project gets a clear answer", async () => {
  await token.up(args);
  await expect(token.up({ ...args, projectRef: "abcdefghijklmnopqrst" })).rejects.toThrow(
    /There is no project "abcdefghijklmnopqrst" for this access token/,
  );
});
