import { mkdir } from "node:fs/promises";
import { Listr } from "listr2";
import { type LocalCloud, startLocalCloud } from "../../local/cloud.ts";
import { defaultPorts } from "../../local/ports.ts";
import { stateFolder } from "../../local/state-folder.ts";
import { sandboxTenant } from "../../local/tenants.ts";
import { requireFreePorts } from "./require-free-ports.ts";

/**
 * Starts the local cloud on the ports that Pulumi.local.yaml names, with the kept state.
 *
 * @throws one message when a port is taken
 */
export async function startCloud(): Promise<LocalCloud> {
  await requireFreePorts(defaultPorts);
  await mkdir(stateFolder, { recursive: true });
  const context: { cloud?: LocalCloud } = {};
  await new Listr<typeof context>([
    {
      title: "Start the local cloud: Cloudflare, Supabase, Stripe",
      task: async (found) => {
        found.cloud = await startLocalCloud({
          tenants: [sandboxTenant],
          ports: defaultPorts,
          stateFolder,
        });
      },
    },
  ]).run(context);
  if (!context.cloud) throw new Error("The local cloud did not start.");
  return context.cloud;
}
