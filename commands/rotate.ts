import { defineCommand, runMain } from "citty";
import { openRotatingStack } from "./rotate/open-rotating-stack.ts";
import { ROTATED_SECRETS, requireRotatedSecret, rotationOf } from "./rotate/rotations.ts";
import { runRotation } from "./rotate/run-rotation.ts";
import { Unfinished } from "./rotate/unfinished.ts";
import { openStack } from "./stack/open-stack.ts";
import { requireKnownArguments } from "./stack/require-known-arguments.ts";
import { tellFailure } from "./stack/tell-failure.ts";

/** 1 is a failure, 2 means that something is left for the operator, 130 that it was interrupted. */
const EXIT_CODES = { failed: 1, unfinished: 2, interrupted: 130 } as const;

/**
 * `npm run rotate -- <secret> --stack S`: exchanges one secret without a lost event or a refused
 * request: for a while both the old and the new are accepted. It can be stopped at any moment, and
 * run again goes on from what the settings, the state and the clouds say.
 */
const rotate = defineCommand({
  meta: { name: "npm run rotate --", description: "Exchange a secret without losing anything" },
  args: {
    secret: {
      type: "positional",
      description: ROTATED_SECRETS.join(", "),
      required: false,
    },
    stack: { type: "string", description: "The stack whose secret it is", required: true },
    "at-once": {
      type: "boolean",
      description: "A leaked secret: do not wait for what is still under way with the old one",
    },
  },
  run: async ({ args }) => {
    const again = `npm run rotate -- ${args.secret} --stack ${args.stack}`;
    process.once("SIGINT", () => {
      process.stderr.write(`\nStopped. The old and the new are both accepted; go on: ${again}\n`);
      process.exit(EXIT_CODES.interrupted);
    });
    try {
      requireKnownArguments(args, ["secret", "stack", "at-once"], "SECRET");
      const secret = requireRotatedSecret(args.secret ?? "");
      const stack = await openStack(args.stack);
      const rotating = await openRotatingStack(stack);
      const rotation = rotationOf(secret, stack.settings);
      process.stdout.write(`Stack ${stack.name}: ${rotation.what}\n\n`);
      await runRotation(rotation, rotating, args["at-once"] ?? false);
      process.stdout.write(`\nDone. Commit Pulumi.${stack.name}.yaml: it has the new settings.\n`);
    } catch (error) {
      tellFailure(error, error instanceof Unfinished ? EXIT_CODES.unfinished : EXIT_CODES.failed);
    }
  },
});

await runMain(rotate);
