import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { quietEngineHome } from "../../../commands/engine/engine-home.ts";
import { type EngineResult, runEngine } from "../../../commands/engine/run-engine.ts";
import { recordStateFiles } from "../../nothing-out/record-files.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** A Pulumi project in a folder of its own, run by the real engine. */
export type EngineProject = {
  run(...args: string[]): Promise<EngineResult>;
  /** Runs it and fails the test when the engine fails. */
  succeed(...args: string[]): Promise<string>;
  writeProgram(source: string): Promise<void>;
  /** The state file, byte for byte. */
  state(): Promise<string>;
  remove(): Promise<void>;
};

/**
 * @param options.plugins provider packages by name: a folder of this repository, or the port of a
 *   server to attach to
 * @param options.program source of the program, an ES module
 * @param options.environment added to the engine's
 */
export async function createEngineProject(options: {
  readonly plugins: Readonly<Record<string, string | number>>;
  readonly program: string;
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<EngineProject> {
  const folder = await mkdtemp(join(tmpdir(), "provider-test-"));
  const plugins = Object.entries(options.plugins);
  const byPath = plugins.filter(([, where]) => typeof where === "string");
  const attached = plugins.filter(([, where]) => typeof where === "number");
  const settings = {
    name: "provider-test",
    runtime: { name: "nodejs", options: { typescript: false } },
    main: "index.ts",
    plugins: {
      providers: byPath.map(([name, path]) => ({ name, path: join(root, String(path)) })),
    },
  };
  const backend = join(folder, "backend");
  await mkdir(backend);
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(settings));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "index.ts"), options.program);
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const environment = {
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_HOME: await quietEngineHome(folder),
    PULUMI_CONFIG_PASSPHRASE: "fake-passphrase",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DEBUG_PROVIDERS: attached.map(([name, port]) => `${name}:${port}`).join(","),
    ...options.environment,
  };
  const run = (...args: string[]) =>
    runEngine([...args, "--non-interactive"], { folder, environment, show: false });
  const succeed = async (...args: string[]) => {
    const { exitCode, output } = await run(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${output}`);
    return output;
  };
  await succeed("stack", "init", "test");
  return {
    run,
    succeed,
    writeProgram: (source) => writeFile(join(folder, "index.ts"), source),
    async state() {
      const stacks = join(backend, ".pulumi", "stacks", "provider-test");
      const [file] = (await readdir(stacks)).filter((name) => name.endsWith(".json"));
      return readFile(join(stacks, file ?? "test.json"), "utf8");
    },
    async remove() {
      recordStateFiles(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
