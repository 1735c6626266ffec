import { type ProviderServer, serveProvider } from "@stripe-customer-sync/provider-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngineProject, type EngineProject } from "./engine-project.ts";
import { type Notebook, notesProvider } from "./notes-provider.ts";

const password = "fake-password-1234";
const configToken = "fake-notebook-token";
const renewedToken = "fake-renewed-token";
const UP = ["up", "--yes", "--skip-preview"];

// The program gives its secrets as plain texts: the resource type knows which ones they are.
const program = `
import * as pulumi from "@pulumi/pulumi";
class Note extends pulumi.CustomResource {
  constructor(name, args, opts) {
    super("notes:index:Note", name, { length: undefined, ...args }, opts);
  }
}
class Provider extends pulumi.ProviderResource {
  constructor(name, args) { super("notes", name, args); }
}
const provider = new Provider("notes", { token: "${configToken}" });
const first = new Note("first", { title: "first", lines: ["a", "b"], password: "${password}" }, { provider });
new Note("second", { title: "second", lines: [pulumi.interpolate\`\${first.length} lines\`] }, { provider });
`;

let notebook: Notebook;
let server: ProviderServer;
let project: EngineProject;

// One stack for all of these, each test goes on where the one before left it: every run of the
// engine costs seconds of processor time.
beforeAll(async () => {
  notebook = { notes: new Map() };
  server = await serveProvider(
    notesProvider(
      new Map([
        [configToken, notebook],
        [renewedToken, notebook],
      ]),
    ),
  );
  project = await createEngineProject({ plugins: { notes: server.port }, program });
});

afterAll(async () => {
  await server.close();
  await project.remove();
});

test("a preview shows what is to be made and what is unknown, and makes nothing", async () => {
  const preview = await project.succeed("preview", "--diff");
  expect(preview).toContain("+ 4 to create");
  expect(preview).toContain("[0]: [unknown]");
  expect(notebook.notes.size).toBe(0);
});

test("a create that was refused leaves nothing pending, and its reason is one clear line", async () => {
  notebook.fault = "refused";
  const failed = await project.run(...UP);
  expect(failed.exitCode).not.toBe(0);
  expect(failed.output).toContain("The password [secret] is refused.");
  expect(failed.output).not.toContain(password);
  expect(notebook.notes.size).toBe(0);
});

test("a resource that was made but failed afterwards is kept, and the next update repairs it", async () => {
  notebook.fault = "half done";
  const failed = await project.run(...UP);
  expect(failed.exitCode).not.toBe(0);
  expect(failed.output).not.toContain("pending operation"); // of the refused create
  expect(failed.output).toContain("The lines were not written with [secret].");
  expect(await project.state()).toContain("notes:index:Note::first");

  // Not with --json: the engine then prints its debug events too, and in these are the secrets.
  const repaired = await project.succeed(...UP);
  expect(repaired).toMatch(/~ {2}notes:index:Note first updated/);
  expect(repaired).not.toMatch(/\+ {2}notes:index:Note first creat/);
  expect(notebook.notes.get("first")?.lines).toEqual(["a", "b"]);
  expect(notebook.notes.get("second")?.lines).toEqual(["2 lines"]);
  await project.succeed(...UP, "--refresh", "--expect-no-changes");
});

test("the state holds no secret in plain, though the program marked none", async () => {
  const state = await project.state();
  expect(state).toContain("notes:index:Note");
  expect(state).not.toContain(password);
  expect(state).not.toContain(configToken);
});

test("a refresh shows what was changed by hand as old => new, and an update repairs it", async () => {
  notebook.notes.set("first", {
    title: "first",
    lines: ["a", "changed", "added"],
    password: "fake-password-by-hand",
  });
  const { exitCode, output } = await project.run(
    "refresh",
    "--preview-only",
    "--expect-no-changes",
    "--diff",
  );
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/~ \[1\]: "b" => "changed"/);
  expect(output).toMatch(/\+ \[2\]: "added"/);
  expect(output).toMatch(/password: \[secret\] => \[secret\]/);
  expect(output).not.toContain("fake-password-by-hand");

  await project.succeed(...UP, "--refresh");
  expect(notebook.notes.get("first")?.lines).toEqual(["a", "b"]);
});

test("another token updates the provider and leaves its resources alone", async () => {
  await project.writeProgram(program.replace(configToken, renewedToken));
  const output = await project.succeed(...UP, "--diff");
  expect(output).toMatch(/~ token: \[secret\] => \[secret\]/);
  expect(output).toContain("~ 1 updated");
  expect(output).not.toContain("replaced");
});

test("destroy deletes every resource", async () => {
  await project.succeed("destroy", "--yes", "--skip-preview");
  expect(notebook.notes.size).toBe(0);
});
