import { join } from "node:path";
import { UserError } from "@stripe-customer-sync/provider-kit";
import { defineCommand, runMain } from "citty";
import { engineOfStack } from "./engine/engine-of-stack.ts";
import { answersFromFile } from "./init/answers-from-file.ts";
import { answersFromTerminal } from "./init/answers-from-terminal.ts";
import { askEverything } from "./init/ask-everything.ts";
import { presentSettings } from "./init/present-settings.ts";
import { writeStack } from "./init/write-stack.ts";
import { requireKnownArguments } from "./stack/require-known-arguments.ts";
import { tellFailure } from "./stack/tell-failure.ts";

const PROJECT = join(import.meta.dirname, "..");
const STACK_NAME = /^[A-Za-z0-9_.-]{1,100}$/;

/**
 * `npm run init -- <stack> [--answers FILE]`: asks for ids and tokens, checks each against its
 * API, and writes the stack file at the end, or nothing. What is set already is kept. Without a
 * terminal the answers come from a file, or from standard input (`-`).
 */
const init = defineCommand({
  meta: { name: "npm run init --", description: "Set an environment up" },
  args: {
    stack: { type: "positional", description: "The stack, as in staging", required: true },
    answers: {
      type: "string",
      description: "A JSON or YAML file of settings; - is standard input",
    },
  },
  run: async ({ args }) => {
    try {
      requireKnownArguments(args, ["stack", "answers"], "STACK");
      if (args._.length > 1) {
        throw new UserError(`One stack at a time: what is "${args._[1]}"? Nothing was written.`);
      }
      await run(args.stack, args.answers);
    } catch (error) {
      tellFailure(error, 1);
    }
  },
});

await runMain(init);

async function run(stack: string, file: string | undefined): Promise<void> {
  if (!STACK_NAME.test(stack)) {
    throw new UserError("A stack's name has 1 to 100 letters, digits, _, . or -, as in staging.");
  }
  if (stack === "local") throw new UserError("Stack local is set up already: npm start runs it.");
  if (file === undefined && !process.stdin.isTTY) {
    throw new UserError(
      `There is no terminal to ask at: npm run init -- ${stack} --answers FILE (- is standard input).`,
    );
  }
  const engine = await engineOfStack(stack);
  const { isNew, configuration } = await presentSettings(engine, PROJECT);
  const answers =
    file === undefined
      ? answersFromTerminal({ input: process.stdin, output: process.stdout })
      : await answersFromFile(file);
  try {
    const values = await askEverything(engine, configuration, answers);
    answers.tell(`\nWriting ${values.size} settings …`);
    await writeStack({ stack, isNew, values, project: PROJECT });
    answers.tell(
      `Pulumi.${stack}.yaml is written; secrets in it are encrypted. Next:\n  npx pulumi preview -s ${stack}\n  npx pulumi up -s ${stack}\n  npm run doctor -- --stack ${stack}`,
    );
  } finally {
    answers.close();
  }
}
