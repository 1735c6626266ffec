import { flushCompileCache } from "node:module";
import type { ProviderDefinition } from "./provider-definition.ts";
import { serveProvider } from "./serve-provider.ts";

const parentCheckMilliseconds = 1_000;

/**
 * Runs the provider as a plugin of the engine that started this process: prints the port alone on
 * stdout, as the engine expects it, and ends with the engine.
 *
 * @param args the process's arguments; the first that is no option is the engine's address
 */
export async function runPlugin<Context>(
  definition: ProviderDefinition<Context>,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const parent = process.ppid;
  const { port } = await serveProvider(definition, { engineAddress: engineAddressIn(args) });
  process.stdout.write(`${port}\n`);
  // The engine ends its plugins by a signal, at which Node would not keep what it compiled.
  flushCompileCache();
  // Only the port may appear on stdout.
  console.log = console.error;
  // An engine that was killed cannot end its plugins; then they have another parent.
  setInterval(() => process.ppid === parent || process.exit(0), parentCheckMilliseconds);
}

// The engine may put `--logtostderr`, `-v=9` and `--tracing <address>` before its own address.
function engineAddressIn(args: readonly string[]): string | undefined {
  const tracing = args.indexOf("--tracing");
  const own = tracing < 0 ? args : args.filter((_, at) => at !== tracing && at !== tracing + 1);
  return own.find((arg) => !arg.startsWith("-"));
}
