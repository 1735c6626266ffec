import type { ServiceError } from "@grpc/grpc-js";
import { type ProviderServer, serveProvider, UNKNOWN } from "@stripe-customer-sync/provider-kit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EngineClient, secretOf, stateInError } from "./engine-client.ts";
import { type Notebook, notesProvider } from "./notes-provider.ts";

const token = "notes:index:Note";
const configToken = "fake-notebook-token";
const password = "fake-password-1234";

let notebook: Notebook;
let server: ProviderServer;
let engine: EngineClient;

beforeEach(async () => {
  notebook = { notes: new Map() };
  server = await serveProvider(notesProvider(new Map([[configToken, notebook]])));
  engine = new EngineClient(server.port);
  await engine.configure({ token: secretOf(configToken) });
});

afterEach(async () => {
  engine.close();
  await server.close();
});

describe("a provider over gRPC", () => {
  test("supports previews and takes plain values", async () => {
    const answer = await engine.configure({ token: configToken });
    expect(answer).toMatchObject({ supportspreview: true, acceptsecrets: false });
  });

  test("creates nothing in a preview and leaves unknown what only the cloud knows", async () => {
    const inputs = { title: "one", lines: [UNKNOWN] };
    const planned = await engine.create(token, inputs, { preview: true });
    expect(planned).toEqual({ id: "", outputs: { ...inputs, length: UNKNOWN } });
    expect(notebook.notes.size).toBe(0);
  });

  test("creates, reads, updates and deletes", async () => {
    const inputs = { title: "one", lines: ["a"] };
    const created = await engine.create(token, inputs);
    expect(created).toEqual({ id: "one", outputs: { ...inputs, length: 1 } });

    notebook.notes.set("one", { title: "one", lines: ["a", "by hand"] });
    const read = await engine.read(token, { id: "one", inputs, outputs: created.outputs });
    expect(read.inputs).toEqual({ title: "one", lines: ["a", "by hand"] });

    await engine.update(token, {
      id: "one",
      oldInputs: read.inputs,
      oldOutputs: read.outputs,
      newInputs: inputs,
    });
    expect(notebook.notes.get("one")).toEqual(inputs);

    await engine.delete(token, { id: "one", inputs, outputs: created.outputs });
    expect(notebook.notes.size).toBe(0);
  });

  test("reports a resource that is gone by an empty id", async () => {
    const read = await engine.read(token, { id: "gone", inputs: { title: "gone" }, outputs: {} });
    expect(read.id).toBe("");
  });

  test("imports by id alone", async () => {
    notebook.notes.set("old", { title: "old", lines: ["x"] });
    expect(await engine.read(token, { id: "old" })).toEqual({
      id: "old",
      inputs: { title: "old", lines: ["x"] },
      outputs: { title: "old", lines: ["x"], length: 1 },
    });
  });

  test("names the path of every difference, and what needs a replacement", async () => {
    const diff = await engine.diff(token, {
      oldInputs: { title: "one", lines: ["a", "b"] },
      newInputs: { title: "two", lines: ["a", "c", "d"], password },
    });
    expect(diff).toEqual({
      changes: true,
      replaces: ["title"],
      deleteBeforeReplace: true,
      detailedDiff: {
        title: "UPDATE_REPLACE",
        "lines[1]": "UPDATE",
        "lines[2]": "ADD",
        password: "ADD",
      },
    });
  });

  test("sees no change between equal inputs", async () => {
    const inputs = { title: "one", lines: ["a"] };
    const diff = await engine.diff(token, { oldInputs: inputs, newInputs: inputs });
    expect(diff).toMatchObject({ changes: false, detailedDiff: {} });
  });

  test("fills in defaults and names what is wrong, with a suggestion for a wrong name", async () => {
    const good = await engine.check(token, { title: "one" });
    expect(good).toEqual({ inputs: { title: "one", lines: [] }, failures: [] });
    const bad = await engine.check(token, { titel: "one", lines: ["", 7], password: "short" });
    expect(bad.failures).toEqual([
      { property: "titel", reason: 'there is no property "titel" (did you mean "title"?)' },
      { property: "title", reason: '"title" is required' },
      { property: "lines[0]", reason: '"lines[0]" must not be empty, not ""' },
      { property: "lines[1]", reason: '"lines[1]" must be text, not 7' },
      {
        property: "password",
        reason: '"password" must have at least 8 characters, not [secret]',
      },
    ]);
  });

  test("marks secrets in everything that is stored", async () => {
    const inputs = { title: "one", lines: [], password };
    expect((await engine.check(token, inputs)).inputs.password).toEqual(secretOf(password));
    const created = await engine.create(token, inputs);
    expect(created.outputs.password).toEqual(secretOf(password));
    const read = await engine.read(token, { id: "one", inputs, outputs: inputs });
    expect(read.inputs.password).toEqual(secretOf(password));
    expect(read.outputs.password).toEqual(secretOf(password));
    expect((await engine.checkConfig({ token: configToken })).inputs.token).toEqual(
      secretOf(configToken),
    );
  });

  test("shows a user's mistake as one line without a secret", async () => {
    notebook.fault = "refused";
    const failed = engine.create(token, { title: "one", lines: [], password });
    await expect(failed).rejects.toMatchObject({
      details: "The password [secret] is refused.",
    });
    const notConfigured = engine.configure({ token: "fake-other-token" });
    await expect(notConfigured).rejects.toMatchObject({
      details: "No notebook opens with [secret].",
    });
  });

  test("shows a bug with its stack and without a secret", async () => {
    notebook.fault = "bug";
    const failed = await engine.create(token, { title: "one", lines: [], password }).catch(String);
    expect(failed).toMatch(/A bug in the provider: TypeError: cannot read \[secret\]\s+at /);
    expect(failed).not.toContain(password);
  });

  test("hands over the state of a resource that was created but is not as declared", async () => {
    notebook.fault = "half done";
    const failed: ServiceError = await engine
      .create(token, { title: "one", lines: ["a"], password })
      .then(() => Promise.reject(new Error("it succeeded")))
      .catch((error) => error);
    expect(stateInError(failed)).toEqual({
      id: "one",
      outputs: { title: "one", lines: [], length: 0, password: secretOf(password) },
      reasons: ["The lines were not written with [secret]."],
    });
  });

  test("names the tokens that there are when asked for another", async () => {
    await expect(engine.check("notes:index:Nota", {})).rejects.toMatchObject({
      details:
        'The provider notes has no resource type "notes:index:Nota". It has: notes:index:Note.',
    });
  });

  test("ends what it waits for when the engine is interrupted", async () => {
    notebook.fault = "slow";
    const creating = engine.create(token, { title: "one", lines: [] });
    setTimeout(() => engine.cancel(), 50);
    await expect(creating).rejects.toMatchObject({ details: "The operation was cancelled." });
    expect(notebook.notes.size).toBe(0);
  });

  test("runs functions", async () => {
    notebook.notes.set("one", { title: "one", lines: [] });
    expect(await engine.invoke("notes:index:count")).toEqual({ count: 1 });
  });

  test("describes itself", async () => {
    expect(await engine.schema()).toMatchObject({ name: "notes", version: "0.1.0" });
  });
});

test("two engines attached to one server each keep their own configuration", async () => {
  const notebooks = new Map<string, Notebook>([
    ["fake-token-a", { notes: new Map() }],
    ["fake-token-b", { notes: new Map() }],
  ]);
  const shared = await serveProvider(notesProvider(notebooks));
  const first = new EngineClient(shared.port);
  const second = new EngineClient(shared.port);
  try {
    await first.configure({ token: "fake-token-a" });
    await second.configure({ token: "fake-token-b" });
    await first.create(token, { title: "of the first", lines: [] });
    expect([...(notebooks.get("fake-token-a")?.notes.keys() ?? [])]).toEqual(["of the first"]);
    expect(notebooks.get("fake-token-b")?.notes.size).toBe(0);
  } finally {
    first.close();
    second.close();
    await shared.close();
  }
});

test("a provider that was not configured says so", async () => {
  const bare = await serveProvider(notesProvider(new Map()));
  const client = new EngineClient(bare.port);
  try {
    await expect(client.create(token, { title: "x" })).rejects.toMatchObject({
      details: expect.stringContaining("The engine did not configure this provider."),
    });
  } finally {
    client.close();
    await bare.close();
  }
});
