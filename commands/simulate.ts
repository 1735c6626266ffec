import { defineCommand, runMain } from "citty";
import { runSimulation } from "../test/simulation/run-simulation.ts";

/**
 * `npm run simulate`: the Worker, the SQL and both clouds under random schedules of faults. Exits
 * with 1 on a schedule that breaks the guarantee, and prints how to repeat it.
 */
const simulate = defineCommand({
  meta: { name: "npm run simulate --", description: "Try to get a customer doubled or lost" },
  args: {
    runs: { type: "string", default: "1000", description: "How many schedules" },
    seed: { type: "string", description: "Of an earlier run; default: random" },
    path: { type: "string", description: "Of a failure that was printed, to repeat only that" },
  },
  run: async ({ args }) => {
    const runs = Number(args.runs);
    const seed = args.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(args.seed);
    if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
      process.stderr.write("--runs and --seed must be whole numbers, --runs at least 1.\n");
      process.exitCode = 1;
      return;
    }
    process.stdout.write(`${runs} schedules of seed ${seed}\n`);
    const onRun = (done: number) => {
      if (process.stdout.isTTY && done % 10 === 0) process.stdout.write(`\r${done} of ${runs}`);
    };
    const report = await runSimulation({ runs, seed, path: args.path, onRun });
    const { calls, seconds, failure } = report;
    process.stdout.write(`\n${report.runs} played, ${calls} calls, ${seconds.toFixed(1)} s\n`);
    if (failure === undefined) return;
    process.stdout.write(`${failure}\n`);
    process.exitCode = 1;
  },
});

await runMain(simulate);
