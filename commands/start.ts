import { rm } from "node:fs/promises";
import { defineCommand, runMain } from "citty";
import { Listr } from "listr2";
import type { LocalCloud } from "../local/cloud.ts";
import { stateFolder } from "../local/state-folder.ts";
import { sandboxTenant } from "../local/tenants.ts";
import { deployLocal } from "./start/deploy-local.ts";
import { nextSteps } from "./start/next-steps.ts";
import { people } from "./start/people.ts";
import { type SignUp, signUp } from "./start/sign-up.ts";
import { signUpTable } from "./start/sign-up-table.ts";
import { startCloud } from "./start/start-cloud.ts";

/**
 * `npm start`: the whole path on this machine. Starts the local cloud, deploys stack `local`
 * with the real engine, signs three people up and shows how each was linked.
 */
const start = defineCommand({
  meta: { name: "npm start --", description: "Run the whole path on this machine" },
  args: {
    once: { type: "boolean", description: "Exit after the sign-ups: 0 when all were linked" },
    reset: { type: "boolean", description: "Forget the state of earlier starts first" },
  },
  run: async ({ args }) => {
    try {
      process.exitCode = await run(args.once ?? false, args.reset ?? false);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  },
});

await runMain(start);

async function run(once: boolean, reset: boolean): Promise<number> {
  if (reset) await rm(stateFolder, { recursive: true, force: true });
  const cloud = await startCloud();
  const interrupted = untilInterrupted();
  try {
    process.stdout.write("\nDeploy: pulumi up --yes -s local\n\n");
    await deployLocal();
    const signUps = await signUpEverybody(cloud);
    process.stdout.write(`\n${signUpTable(signUps)}\n`);
    const allLinked = signUps.every(({ customerId }) => customerId !== undefined);
    if (once) return allLinked ? 0 : 1;
    process.stdout.write(nextSteps(cloud));
    await interrupted;
    process.stdout.write("\nStopping; the state is kept for the next start.\n");
    return 0;
  } finally {
    await cloud.close();
  }
}

async function signUpEverybody(cloud: LocalCloud): Promise<SignUp[]> {
  const project = cloud.supabase.project(sandboxTenant.supabase.ref);
  const signUps: SignUp[] = [];
  await new Listr(
    people.map((person) => ({
      title: `Sign up ${person.name} of ${person.organization}`,
      task: async () => {
        signUps.push(await signUp(project, person));
      },
    })),
  ).run();
  return signUps;
}

/**
 * Resolves at Ctrl-C or SIGTERM, so that the cloud is closed and not merely killed. miniflare
 * exits the whole process at these signals, before anything else could end in good order: its
 * handlers, there by now, make way for this one.
 */
function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.removeAllListeners(signal);
      process.once(signal, () => resolve());
    }
  });
}
