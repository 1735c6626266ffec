import { expect, test } from "vitest";
import { sandboxTenant } from "../../../local/tenants.ts";
import type { InstalledStack } from "./installed-stack.ts";

/** What opening a stack says to an operator; leaves it with a token that nobody accepts. */
export function openStackCases(running: () => InstalledStack): void {
  /** Any command that opens a stack and asks its database. */
  async function told(stack: string, changes: NodeJS.ProcessEnv = {}): Promise<string> {
    const run = await running().runnerWith(changes);
    const { exitCode, stdout, stderr } = await run("requeue.ts", "--stack", stack, "--all-dead");
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    for (const secret of running().stack.secrets) expect(stderr).not.toContain(secret);
    return stderr;
  }

  test("an unknown stack, a missing passphrase: one line that says what to do", async () => {
    expect(await told("nowhere")).toBe(
      "Could not open stack nowhere: no stack named 'nowhere' found. " +
        "Compare the name with those of `pulumi stack ls`.\n",
    );
    expect(await told("staging", { PULUMI_CONFIG_PASSPHRASE: undefined })).toMatch(
      /^Could not open stack staging: passphrase must be set.*Set PULUMI_CONFIG_PASSPHRASE.*\n$/,
    );
  });

  test("wrong settings: every problem at once, with the command that mends it", async () => {
    await running().stack.set({ plain: { supabaseProjectRef: "short", pacePerSecond: "100" } });
    const words = await told("staging");
    expect(words).toContain("The settings of stack staging have 2 problems; nothing was changed.");
    expect(words).toContain("pulumi config set pacePerSecond '20' -s staging");
  });

  test("a token that Supabase does not accept: one line that names the setting", async () => {
    await running().stack.set({
      plain: { supabaseProjectRef: sandboxTenant.supabase.ref, pacePerSecond: "20" },
      secret: { "supabase:accessToken": "sbp_fake_token_that_nobody_knows" },
    });
    expect(await told("staging")).toMatch(
      /^Could not read the dead jobs in project localsandboxprojectx\. .*answered 401.*supabase:accessToken.*\n$/,
    );
  });
}
