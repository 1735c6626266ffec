import { deployLocal } from "../start/deploy-local.ts";
import { startCloud } from "../start/start-cloud.ts";
import { bundleKilobytes } from "./bundle-size.ts";
import { driftTimes } from "./drift-times.ts";
import { linkTimes } from "./link-times.ts";
import { type Measurement, measurementTable } from "./measurement-table.ts";
import { memoryOfTree } from "./memory.ts";
import { previewTimes } from "./preview-times.ts";

const MEGABYTE = 1_000_000;

/** How often each thing is done. */
export interface StackCounts {
  readonly signUps: number;
  readonly previews: number;
  readonly drifts: number;
}

/**
 * What a developer feels: the way of a sign-up, a preview, a look for drift, and what it takes
 * of the machine. Several of each, since the first one fills caches.
 */
export async function measureStack(counts: StackCounts): Promise<void> {
  const cloud = await startCloud();
  try {
    await deployLocal();
    const { sinceAnswer, sinceCommit } = await linkTimes(cloud, counts.signUps);
    const measurements: Measurement[] = [
      { what: "sign-up answered → id in the row", unit: "ms", values: sinceAnswer },
      { what: "organization made → id in the row", unit: "ms", values: sinceCommit },
      { what: "pulumi preview -s local", unit: "s", values: await previewTimes(counts.previews) },
      {
        what: "npm run drift -- --stack local",
        unit: "s",
        values: await driftTimes(counts.drifts),
      },
      { what: "bundle, minified", unit: "KB", values: [await bundleKilobytes()] },
      {
        what: "memory of the local cloud",
        unit: "MB",
        values: [memoryOfTree(process.pid) / MEGABYTE],
      },
    ];
    process.stdout.write(`\n${measurementTable(measurements)}\n`);
  } finally {
    await cloud.close();
  }
}
