import { defaultPorts } from "../local/ports.ts";
import { stateFolder } from "../local/state-folder.ts";
import { localEngineEnvironment } from "./engine/local-environment.ts";
import { runEngine } from "./engine/run-engine.ts";

/**
 * `npm run pulumi -- <arguments>`: the engine, attached to the local cloud which `npm start`
 * keeps running. Real accounts need none of this: use `npx pulumi`.
 */
const environment = await localEngineEnvironment({
  stateFolder,
  cloudflareProviderPort: defaultPorts.cloudflareProvider,
});
const { exitCode } = await runEngine(process.argv.slice(2), { environment, show: true });
process.exitCode = exitCode;
