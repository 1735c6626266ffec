import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { quietEngineHome } from "./engine-home.ts";

export interface LocalEngine {
  /** Where the stacks' state is kept. */
  readonly stateFolder: string;
  /** Port of the local cloud's stand-in for the Cloudflare provider. */
  readonly cloudflareProviderPort: number;
}

/**
 * Opens the secrets of Pulumi.local.yaml. It protects nothing: every secret in there is a fake
 * that opens only the local cloud.
 */
const LOCAL_PASSPHRASE = "local";

/** The environment in which the engine works on the local cloud and keeps its state beside it. */
export async function localEngineEnvironment(engine: LocalEngine): Promise<NodeJS.ProcessEnv> {
  const backend = join(engine.stateFolder, "pulumi");
  await mkdir(backend, { recursive: true });
  return {
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_CONFIG_PASSPHRASE: LOCAL_PASSPHRASE,
    PULUMI_DEBUG_PROVIDERS: `cloudflare:${engine.cloudflareProviderPort}`,
    PULUMI_HOME: await quietEngineHome(engine.stateFolder),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}
