import { defineCommand, runMain } from "citty";
import Table from "cli-table3";
import { bundleWorker } from "../infra/worker-bundle.ts";
import type { LocalCloud } from "../local/cloud.ts";
import { sandboxTenant } from "../local/tenants.ts";
import { memoryOfTree } from "./bench/memory.ts";
import { quantile } from "./bench/quantile.ts";
import { deployLocal, runLocalEngine } from "./start/deploy-local.ts";
import { people } from "./start/people.ts";
import { signUp } from "./start/sign-up.ts";
import { startCloud } from "./start/start-cloud.ts";

const MS = 1_000;
const MEGABYTE = 1_000_000;
const WARM_UP_SIGN_UPS = 5;
/** Between two sign-ups, so that the pace of the sync is not what is measured. */
const PAUSE_MS = 60;

/**
 * `npm run bench`: the figures that the README quotes, measured on this machine. Several
 * previews, since the first one fills caches.
 */
const bench = defineCommand({
  meta: { name: "npm run bench --", description: "Measure the local stack on this machine" },
  args: {
    "sign-ups": { type: "string", default: "100", description: "How many sign-ups" },
    previews: { type: "string", default: "5", description: "How many previews" },
  },
  run: async ({ args }) => {
    const cloud = await startCloud();
    try {
      await deployLocal();
      const table = new Table({ head: ["what", "median", "p95", "max"], style: { head: [] } });
      table.push(
        row(
          "sign-up answered → id in the row",
          "ms",
          await linkTimes(cloud, Number(args["sign-ups"])),
        ),
        row("pulumi preview -s local", "s", await previewTimes(Number(args.previews))),
        row("bundle, minified", "KB", [await bundleKilobytes()]),
        row("memory of the local cloud", "MB", [memoryOfTree(process.pid) / MEGABYTE]),
      );
      process.stdout.write(`\n${table.toString()}\n`);
    } finally {
      await cloud.close();
    }
  },
});

await runMain(bench);

/** Milliseconds from the answer to each sign-up until its customer's id stood in the row. */
async function linkTimes(cloud: LocalCloud, count: number): Promise<number[]> {
  const project = cloud.supabase.project(sandboxTenant.supabase.ref);
  const times: number[] = [];
  for (let index = 0; index < WARM_UP_SIGN_UPS + count; index += 1) {
    const person = people[index % people.length];
    if (!person) break;
    const { linkedAfterMs } = await signUp(project, person);
    if (linkedAfterMs === undefined) throw new Error("A sign-up was not linked.");
    if (index >= WARM_UP_SIGN_UPS) times.push(linkedAfterMs);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return times;
}

async function previewTimes(count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const started = performance.now();
    const { exitCode, output } = await runLocalEngine(["preview"], false);
    if (exitCode !== 0) throw new Error(output);
    times.push((performance.now() - started) / MS);
  }
  return times;
}

async function bundleKilobytes(): Promise<number> {
  const { modules, mainModule } = await bundleWorker();
  const main = modules.find(({ name }) => name === mainModule);
  return Buffer.from(main?.contentBase64 ?? "", "base64").length / MS;
}

function row(what: string, unit: string, values: readonly number[]): string[] {
  const show = (q: number) => `${quantile(values, q).toFixed(unit === "s" ? 2 : 0)} ${unit}`;
  return [what, show(0.5), show(0.95), show(1)];
}
