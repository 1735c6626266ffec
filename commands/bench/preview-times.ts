import { runLocalEngine } from "../start/deploy-local.ts";

const MS = 1_000;

/** Seconds of each preview of the deployed stack. @throws what the engine said when it fails */
export async function previewTimes(count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const started = performance.now();
    const { exitCode, output } = await runLocalEngine(["preview"], false);
    if (exitCode !== 0) throw new Error(output);
    times.push((performance.now() - started) / MS);
  }
  return times;
}
