import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A double in a process of its own, so that it can be killed. */
export interface StripeProcess {
  readonly url: string;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Starts it without limits; resolves when it listens. */
export async function startStripeProcess(stateFolder: string): Promise<StripeProcess> {
  const local = join(import.meta.dirname, "..", "..", "..", "local");
  const program = `
    import { startStripe } from ${JSON.stringify(join(local, "stripe", "index.ts"))};
    import { sandboxTenant } from ${JSON.stringify(join(local, "tenants.ts"))};
    const tenant = sandboxTenant.stripe;
    const stateFolder = ${JSON.stringify(stateFolder)};
    const cloud = await startStripe({ tenants: [tenant], stateFolder });
    const { limits } = cloud.account(tenant.accountId);
    limits.globalPerSecond = limits.endpointPerSecond = Infinity;
    console.log(cloud.url);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [printed] = await once(child.stdout, "data");
  return {
    url: String(printed).trim(),
    kill: async () => {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
