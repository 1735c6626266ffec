import { configureScript, scripts } from "../../../database/index.ts";
import type { AccountHandle } from "../../../local/stripe/index.ts";
import type { SupabaseProject } from "../../../local/supabase/index.ts";
import { sandboxTenant } from "../../../local/tenants.ts";
import { startTestCloud, type TestCloud } from "../../stacks/engine/test-cloud.ts";
import { createTestStack, type TestStack } from "../../stacks/engine/test-stack.ts";
import { checkoutWithCommands } from "../drift/checkout-with-commands.ts";

/**
 * Stack `staging`, configured and with its schema in the database, but without a Worker: what
 * reads or writes the database and Stripe alone needs no more, and nothing works beside it.
 */
export interface InstalledStack {
  readonly cloud: TestCloud["cloud"];
  readonly stack: TestStack;
  readonly project: SupabaseProject;
  readonly stripe: AccountHandle;
  /** Runs a command of this repository. */
  readonly run: CommandRunner;
  /** The same in another environment; undefined takes a variable away. */
  runnerWith(changes: NodeJS.ProcessEnv): Promise<CommandRunner>;
  close(): Promise<void>;
}

type CommandRunner = Awaited<ReturnType<typeof checkoutWithCommands>>;

export async function startInstalledStack(): Promise<InstalledStack> {
  const test = await startTestCloud([sandboxTenant]);
  const { cloud } = test;
  const stack = await createTestStack({ test, tenant: sandboxTenant, stack: "staging" });
  const project = cloud.supabase.project(sandboxTenant.supabase.ref);
  return {
    cloud,
    stack,
    project,
    stripe: cloud.stripe.account(sandboxTenant.stripe.accountId),
    run: await checkoutWithCommands(test, stack),
    runnerWith: (changes) => checkoutWithCommands(test, stack, changes),
    close: () => test.close(),
  };
}

/** Makes the sync schema as the stack would. */
export async function installSchema(project: SupabaseProject): Promise<void> {
  const settings = configureScript({ environment: "staging", pace_per_second: 20 });
  await project.sql.begin(async (transaction) => {
    for (const { sql } of [...scripts, settings]) await transaction.unsafe(sql);
  });
}
