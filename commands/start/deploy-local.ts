import { defaultPorts } from "../../local/ports.ts";
import { stateFolder } from "../../local/state-folder.ts";
import { localEngineEnvironment } from "../engine/local-environment.ts";
import { type EngineResult, runEngine } from "../engine/run-engine.ts";

/** Runs the engine on stack `local` with the state that `npm start` keeps. */
export async function runLocalEngine(
  args: readonly string[],
  show: boolean,
): Promise<EngineResult> {
  const environment = await localEngineEnvironment({
    stateFolder,
    cloudflareProviderPort: defaultPorts.cloudflareProvider,
  });
  return runEngine([...args, "-s", "local"], { environment, show });
}

/**
 * A real `pulumi up` of stack `local`: the engine shows its preview, then makes what it showed.
 *
 * @throws when the update fails; the engine has shown why
 */
export async function deployLocal(): Promise<void> {
  const created = await runLocalEngine(["stack", "select", "--create"], false);
  if (created.exitCode !== 0) throw new Error(created.output);
  const { exitCode } = await runLocalEngine(["up", "--yes"], true);
  if (exitCode !== 0)
    throw new Error("The update of stack local failed; the engine's message is above.");
}
