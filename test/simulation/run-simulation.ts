import { createHash } from "node:crypto";
import fc from "fast-check";
import { shareDatabaseServer } from "../database/test-database.ts";
import { type Played, play } from "./play.ts";
import { type Schedule, schedules } from "./schedule.ts";
import { createSimulatedDatabase } from "./simulated-database.ts";

export interface SimulationOptions {
  readonly runs: number;
  readonly seed: number;
  /** Of a failure, to go straight to it. */
  readonly path?: string | undefined;
  readonly onRun?: (done: number) => void;
}

export interface SimulationReport {
  readonly runs: number;
  readonly calls: number;
  readonly seconds: number;
  /** Of all that happened, in its order. */
  readonly digest: string;
  /** How the simplest schedule that fails goes, and how to repeat it; undefined when all is well. */
  readonly failure: string | undefined;
}

const START = Date.UTC(2026, 0, 1);
const DAY = 24 * 60 * 60 * 1_000;

/** Plays schedules of one seed until one fails; that one is then made as simple as can be. */
export async function runSimulation(options: SimulationOptions): Promise<SimulationReport> {
  const { runs, seed, path } = options;
  const server = await shareDatabaseServer();
  const started = performance.now();
  let done = 0;
  let calls = 0;
  // Each world begins after the one before it: the Worker's module remembers times.
  let start = START;
  const story = createHash("sha256");
  let last: Played | undefined;
  try {
    const database = await createSimulatedDatabase(server);
    const property = fc.asyncProperty(schedules, async (schedule: Schedule) => {
      const played = await play(database, schedule, start);
      start = played.end + DAY;
      done += 1;
      calls += played.calls;
      story.update(played.story.join("\n"));
      options.onRun?.(done);
      if (played.violations.length === 0) return;
      last = played;
      throw new Error(played.violations.join("\n"));
    });
    const details = await fc.check(property, {
      numRuns: runs,
      seed,
      ...(path !== undefined && { path }),
    });
    await database.close();
    return {
      runs: done,
      calls,
      digest: story.digest("hex"),
      seconds: (performance.now() - started) / 1_000,
      failure: details.failed ? explain(details, last) : undefined,
    };
  } finally {
    await server.stop();
  }
}

function explain(details: fc.RunDetails<[Schedule]>, last: Played | undefined): string {
  const { counterexample, counterexamplePath, seed, numShrinks, errorInstance } = details;
  return [
    `Repeat: npm run simulate -- --runs 1 --seed ${seed} --path ${counterexamplePath}`,
    `Simplified ${numShrinks} times. ${String(errorInstance)}`,
    ...(last?.story ?? []),
    JSON.stringify(counterexample?.[0]),
  ].join("\n");
}
