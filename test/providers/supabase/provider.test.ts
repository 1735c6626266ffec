import { type ProviderServer, serveProvider } from "@stripe-customer-sync/provider-kit";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { supabaseProvider } from "../../../providers/supabase/plugin/supabase-provider.ts";
import { EngineClient } from "../kit/engine-client.ts";
import { exampleSchema } from "./example-schema.ts";
import { accessToken, ManagementApiDouble, projectRef } from "./management-api-double.ts";
import { TestProject } from "./test-project.ts";

const type = "supabase:index:SqlSchema";

let project: TestProject;

beforeAll(async () => {
  project = await TestProject.start();
});
afterAll(() => project.stop());

let inputs: Record<string, unknown>;

beforeEach(async () => {
  ({ inputs } = await project.engine.check(type, exampleSchema));
});
afterEach(async () => {
  project.api.scripted.length = 0;
  project.api.requests.length = 0;
  project.api.mayWrite = true;
  await project.sql(exampleSchema.uninstall);
});

async function otherEngine(
  config: Record<string, unknown>,
  environment: Record<string, string> = {},
  run: (engine: EngineClient, server: ProviderServer) => Promise<void>,
): Promise<void> {
  const server = await serveProvider(supabaseProvider({ environment, budgetMs: 1_000 }));
  const engine = new EngineClient(server.port);
  try {
    await engine.configure(config);
    await run(engine, server);
  } finally {
    engine.close();
    await server.close();
  }
}

test("too many requests, a broken server and a broken connection are tried again", async () => {
  project.api.scripted.push(
    { status: 429, body: { message: "Too Many Requests" }, headers: { "retry-after": "0" } },
    { status: 503, body: "<html>upstream</html>" },
    { status: 500, body: { message: "Internal Server Error" } },
  );
  await project.engine.create(type, inputs);
  expect(project.api.requests).toHaveLength(5);
});

test("after the budget the last answer is the error, and nothing secret is in it", async () => {
  await otherEngine({ accessToken, endpoint: project.endpoint }, {}, async (engine) => {
    for (let n = 0; n < 20; n += 1) {
      project.api.scripted.push({ status: 503, body: { message: `no ${accessToken} today` } });
    }
    const error = await engine.create(type, inputs).catch((error) => error.message);
    expect(error).toMatch(
      /Could not apply the schema "stripe_sync" in project .* answered 503: no \[secret\] today/,
    );
  });
});

test.each([
  [
    { accessToken: "sbp_fake_wrong" },
    {},
    "The access token is not valid (any more). Make one at https://supabase.com/dashboard/account/tokens",
  ],
  [
    {},
    { projectRef: "zzzzzzzzzzzzzzzzzzzz" },
    'There is no project "zzzzzzzzzzzzzzzzzzzz" for this access token: compare projectRef',
  ],
] as const)("a refused call says what to do: %j", async (config, changed, message) => {
  await otherEngine({ accessToken, endpoint: project.endpoint, ...config }, {}, async (engine) => {
    await expect(engine.create(type, { ...inputs, ...changed })).rejects.toThrow(message);
  });
});

test("a token that may only read is told which permission it needs, and can refresh", async () => {
  const { id, outputs } = await project.engine.create(type, inputs);
  project.api.mayWrite = false;
  expect((await project.engine.read(type, { id, inputs, outputs })).inputs).toEqual(inputs);
  await expect(project.engine.create(type, inputs)).rejects.toThrow(
    `may not run SQL on the database of project ${projectRef}: it needs the permission database:write`,
  );
});

test("an address that is no Management API is said to be none", async () => {
  project.api.scripted.push({ status: 200, body: { hello: "world" } });
  await expect(project.engine.create(type, inputs)).rejects.toThrow(
    "is it a Supabase Management API?",
  );
});

test("token and address may come from the environment", async () => {
  const environment = {
    SUPABASE_ACCESS_TOKEN: accessToken,
    SUPABASE_API_ENDPOINT: project.endpoint,
  };
  await otherEngine({}, environment, async (engine) => {
    await engine.create(type, inputs);
  });
  expect(project.api.requests[0]).toMatchObject({
    path: `/v1/projects/${projectRef}/database/query`,
    authorization: `Bearer ${accessToken}`,
  });
});

test("without a token it says how to set one", async () => {
  await expect(otherEngine({}, {}, async () => {})).rejects.toThrow(
    "No Supabase access token: pulumi config set --secret supabase:accessToken",
  );
});

test.each([
  [{ endpoint: "http://api.example.com" }, "endpoint", "https"],
  [{ endpoint: "nonsense" }, "endpoint", "absolute URL"],
  [{ acessToken: "x" }, "acessToken", 'did you mean "accessToken"?'],
])("the configuration %j is refused", async (config, property, reason) => {
  const { failures } = await project.engine.checkConfig(config);
  expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
});

test("a failing statement shows the database's words without rows and values", async () => {
  const double = new ManagementApiDouble(project.postgres.url);
  const endpoint = await double.start();
  double.scripted.push({
    status: 400,
    body: {
      message:
        'Failed to run sql query: ERROR:  23514: check constraint "x" is violated\nLINE 1: alter\n        ^\n' +
        'DETAIL:  Failing row contains (jenny@example.com).\nHINT:  Look there.\nCONTEXT:  SQL statement "…"\n',
    },
  });
  await otherEngine({ accessToken, endpoint }, {}, async (engine) => {
    const error = await engine.create(type, inputs).catch((error) => error.details);
    expect(error).toBe(
      `Could not apply the schema "stripe_sync" in project ${projectRef}: ` +
        'check constraint "x" is violated\nLINE 1: alter\n        ^\nHINT:  Look there.',
    );
  });
  await double.stop();
});
