import { defineCommand, runMain } from "citty";
import { Listr } from "listr2";
import { type Backlog, databaseTime } from "./backfill/backlog.ts";
import { makeJobs } from "./backfill/make-jobs.ts";
import { survey } from "./backfill/survey.ts";
import { surveyText } from "./backfill/survey-text.ts";
import { waitForWorker } from "./backfill/wait-for-worker.ts";
import { type OpenStack, openStack } from "./stack/open-stack.ts";
import { requireKnownArguments } from "./stack/require-known-arguments.ts";
import { statusLine } from "./stack/status-line.ts";
import { tellFailure } from "./stack/tell-failure.ts";

const INTERRUPTED = 130;
/** Without a terminal each line stays, so there are few. */
const LOG_INTERVAL_MS = 30_000;

/**
 * `npm run backfill -- --stack S [--dry-run]`: organizations that are older than the sync, through
 * the same jobs, the same Worker and the same pace; what has a customer in Stripe already is
 * adopted. All state is in the database: it may be stopped at any moment and started again. Exit
 * code 0 when all are linked, 1 when some cannot be.
 */
const backfill = defineCommand({
  meta: { name: "npm run backfill --", description: "Link what is older than the sync" },
  args: {
    stack: { type: "string", description: "The stack of the environment", default: "" },
    "dry-run": { type: "boolean", description: "Say what would be done, and do nothing" },
  },
  run: async ({ args }) => {
    try {
      requireKnownArguments(args, ["stack", "dry-run"]);
      const stack = await openStack(args.stack);
      if (args["dry-run"]) await look(stack);
      else process.exitCode = await run(stack);
    } catch (error) {
      tellFailure(error, 1);
    }
  },
});

await runMain(backfill);

async function look(stack: OpenStack): Promise<void> {
  const status = statusLine();
  let customers = 0;
  try {
    const found = await survey(stack, (count) => {
      customers += count;
      status.show(`${customers} customers looked at …`);
    });
    status.clear();
    process.stdout.write(surveyText(stack.name, found));
  } catch (error) {
    status.clear();
    throw error;
  }
}

async function run(stack: OpenStack): Promise<number> {
  process.once("SIGINT", () => {
    process.stdout.write(
      "\nStopped watching; the Worker goes on. Start this command again at any time.\n",
    );
    process.exit(INTERRUPTED);
  });
  const context: { time: string; backlog?: Backlog } = { time: "" };
  await new Listr(
    [
      {
        title: "Give every organization a job",
        task: async () => {
          await makeJobs(stack);
          context.time = await databaseTime(stack);
        },
      },
      {
        title: "Wait for the Worker to link them, at the stack's pace",
        task: async (_, task) => {
          let shownAt = Number.NEGATIVE_INFINITY;
          context.backlog = await waitForWorker(stack, context.time, (line) => {
            const now = performance.now();
            if (!process.stdout.isTTY && now - shownAt < LOG_INTERVAL_MS) return;
            shownAt = now;
            task.output = line;
          });
        },
      },
    ],
    { registerSignalListeners: false, rendererOptions: { showErrorMessage: false } },
  ).run();
  const dead = context.backlog?.dead ?? 0;
  process.stdout.write(
    dead === 0
      ? `Stack ${stack.name}: every organization has its customer.\n`
      : `Stack ${stack.name}: ${dead} organizations cannot be linked. Their reasons: ` +
          `npm run audit -- --stack ${stack.name}\n`,
  );
  return dead === 0 ? 0 : 1;
}
