import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineCommand, runMain } from "citty";

/**
 * `npm run bench`: the figures that the README quotes, measured on this machine on a local cloud
 * that is made for it and gone afterwards. With `--burst N` only how N sign-ups at once are
 * worked off.
 */
const bench = defineCommand({
  meta: { name: "npm run bench --", description: "Measure the local stack on this machine" },
  args: {
    "sign-ups": { type: "string", default: "100", description: "How many sign-ups" },
    previews: { type: "string", default: "5", description: "How many previews" },
    drifts: { type: "string", default: "5", description: "How many looks for drift" },
    burst: { type: "string", description: "Only this: so many sign-ups in a burst, such as 2000" },
    pace: { type: "string", default: "25", description: "Of the burst: pacePerSecond, 1 to 25" },
  },
  run: async ({ args }) => {
    const folder = await mkdtemp(join(tmpdir(), "stripe-customer-sync-bench-"));
    // PostgreSQL runs as a user of its own when this runs as root, and must be able to enter.
    await chmod(folder, 0o755);
    // Read when the modules of the local cloud are loaded, so these come after it.
    process.env.LOCAL_STATE_FOLDER = folder;
    try {
      const count = wholeNumbers(args);
      if (args.burst === undefined) {
        const { measureStack } = await import("./bench/measure-stack.ts");
        await measureStack({
          signUps: count("sign-ups"),
          previews: count("previews"),
          drifts: count("drifts"),
        });
      } else {
        const { measureBurst } = await import("./bench/measure-burst.ts");
        await measureBurst({ signUps: count("burst"), pacePerSecond: count("pace") });
      }
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  },
});

await runMain(bench);

/** Reads an argument. @throws one line when it is no whole number above 0 */
function wholeNumbers(args: Readonly<Record<string, unknown>>): (name: string) => number {
  return (name) => {
    const value = Number(args[name]);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Error(`--${name} must be a whole number above 0, not ${String(args[name])}.`);
  };
}
