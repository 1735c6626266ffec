import { expect, test } from "vitest";
import type { InstalledStack } from "../stack/installed-stack.ts";

/** `npm run requeue`, on a stack with its schema. */
export function requeueCases(running: () => InstalledStack): void {
  const sql = () => running().project.sql;
  const requeue = (...args: string[]) => running().run("requeue.ts", "--stack", "staging", ...args);

  async function organization(state: string, code: string | null = null): Promise<string> {
    const [row] = await sql()<{ id: string }[]>`
    insert into public.organizations (name) values ('Example') returning id`;
    const id = row?.id ?? "";
    const error = code === null ? null : { class: "permanent", code };
    await sql()`
    update stripe_sync.jobs set state = ${state}, attempts = 5,
      last_error = ${error === null ? null : sql().json(error)},
      next_attempt_at = now() + interval '1 hour'
    where organization_id = ${id}`;
    return id;
  }

  async function stateOf(id: string): Promise<string | undefined> {
    const [job] = await sql()<{ state: string }[]>`
    select state from stripe_sync.jobs where organization_id = ${id}`;
    return job?.state;
  }

  test("dead and parked jobs are put back, each organization's state told before and after", async () => {
    const dead = await organization("dead", "parameter_invalid");
    const parked = await organization("parked");
    const linked = await organization("linked");
    const deleted = await organization("dead", "customer_deleted"); // put back because it is named
    const { exitCode, stdout, stderr } = await requeue(dead, parked, linked, deleted);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`${dead} │ dead \\(parameter_invalid\\) +│ due `));
    expect(stdout).toMatch(new RegExp(`${parked} │ parked +│ parked `));
    expect(stdout).toMatch(new RegExp(`${linked} │ linked +│ linked `));
    expect(stdout).toMatch(new RegExp(`${deleted} │ dead \\(customer_deleted\\) +│ due `));
    expect(stdout).toContain("3 to be done at the next pull, within a minute.");
    const jobs = await sql()<{ id: string }[]>`
    select organization_id as id from stripe_sync.jobs
      where next_attempt_at <= now() and organization_id = any(${[dead, parked, linked, deleted]})`;
    const putBack = jobs.map(({ id }) => id);
    expect(putBack.sort()).toEqual([dead, parked, deleted].sort());
  });

  test("an id that nobody has is named, the others are put back: exit code 1", async () => {
    const dead = await organization("dead", "parameter_invalid");
    const nobody = "00000000-0000-4000-8000-000000000000";
    const { exitCode, stdout } = await requeue(nobody, dead, "acme'; drop table x");
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${nobody}: no organization and no job has this id.`);
    expect(stdout).toContain("acme'; drop table x: no organization and no job has this id.");
    expect(await stateOf(dead)).toBe("due");
  });

  test("--all-dead puts back what Stripe refused, and no customer that was deleted there", async () => {
    const dead = await organization("dead", "parameter_invalid");
    const deleted = await organization("dead", "customer_deleted");
    const { exitCode, stdout } = await requeue("--all-dead");
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain(deleted);
    expect(await stateOf(dead)).toBe("due");
    // Take `customer_deleted` out of DEAD in requeue.ts to see this fail.
    expect(await stateOf(deleted)).toBe("dead");
  });

  test("a mistyped option is refused, not taken for another command", async () => {
    const { exitCode, stderr } = await requeue("--all-ded");
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "There is no option --all-ded; nothing was done. Options: --stack, --all-dead.\n",
    );
  });
}
