import { mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { quietEngineHome } from "../../../commands/engine/engine-home.ts";
import { runEngine } from "../../../commands/engine/run-engine.ts";
import { enginesFolder } from "../../../install/engines-folder.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "engine-home-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

// Seen to fail without the file `logs`: the engine then makes a folder of that name.
test("an engine at a quiet home works and writes no debug log", async () => {
  await mkdir(join(folder, "state"));
  const home = await quietEngineHome(folder);
  const environment = {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: "fake-passphrase",
  };
  const { exitCode, output } = await runEngine(["stack", "ls", "--json"], {
    environment,
    show: false,
  });
  expect(exitCode, output).toBe(0);
  expect(JSON.parse(output)).toEqual([]);
  const made = await readdir(home, { withFileTypes: true });
  expect(made.find(({ name }) => name === "logs")?.isFile()).toBe(true);
});

test("it is the same home the next time, with the installed engines", async () => {
  const home = await quietEngineHome(folder);
  expect(await quietEngineHome(folder)).toBe(home);
  expect(await realpath(join(home, "versions"))).toBe(await realpath(enginesFolder()));
});
