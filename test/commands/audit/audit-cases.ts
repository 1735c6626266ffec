import Stripe from "stripe";
import { beforeAll, expect, test } from "vitest";
import type { AuditReport, Finding } from "../../../commands/audit/finding.ts";
import { sandboxTenant } from "../../../local/tenants.ts";
import type { InstalledStack } from "../stack/installed-stack.ts";

/** `npm run audit`, on a stack with its schema and without any organization. */
export function auditCases(running: () => InstalledStack): void {
  const NOBODY = "00000000-0000-4000-8000-000000000000";

  let stripe: Stripe;
  const sql = () => running().project.sql;

  async function organization(): Promise<string> {
    const [row] = await sql()<{ id: string }[]>`
    insert into public.organizations (name, industry) values ('Example', 'testing') returning id`;
    return row?.id ?? "";
  }

  /** A customer as the sync would make it for the organization, with these changes. */
  async function customerFor(
    id: string,
    changes: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const [row] = await sql()<{ request: { name: string; metadata: Record<string, string> } }[]>`
    select stripe_sync.customer_request(${id}, false) as request`;
    const { name, metadata = { organization_id: id } } = row?.request ?? {};
    const customer = await stripe.customers.create({
      ...(name && { name }),
      metadata: { ...metadata, ...changes },
    });
    return customer.id;
  }

  async function link(id: string, customer: string): Promise<void> {
    await sql()`update public.organizations set stripe_customer_id = ${customer} where id = ${id}`;
    await rest(id, "linked");
  }

  const rest = (id: string, state: string) => sql()`
  update stripe_sync.jobs set state = ${state}, attempts = 9 where organization_id = ${id}`;

  async function linked(): Promise<{ readonly id: string; readonly customer: string }> {
    const id = await organization();
    const customer = await customerFor(id);
    await link(id, customer);
    return { id, customer };
  }

  /** Everything that an audit must not change. */
  async function everything(): Promise<string> {
    const organizations = await sql()`select * from public.organizations order by id`;
    const jobs = await sql()`select * from stripe_sync.jobs order by organization_id`;
    const changes = await sql()`select * from stripe_sync.changes`;
    return JSON.stringify([organizations, jobs, changes, running().stripe.customers()]);
  }

  beforeAll(() => {
    running().stripe.limits.globalPerSecond = 1_000;
    running().stripe.limits.endpointPerSecond = 1_000;
    const { hostname, port } = new URL(running().cloud.stripe.url);
    stripe = new Stripe(sandboxTenant.stripe.secretKey, { host: hostname, port, protocol: "http" });
  });
  test("organizations and customers that fit: exit code 0, and what is not ours is left aside", async () => {
    for (let count = 0; count < 3; count += 1) await linked();
    await stripe.customers.create({ email: "somebody@example.com" });
    await stripe.customers.create({
      metadata: { organization_id: NOBODY, environment: "production" },
    });
    await organization(); // its job is due since now
    const { exitCode, stdout, stderr } = await running().run("audit.ts", "--stack", "staging");
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toBe(
      "Stack staging: nothing is wrong.\n" +
        "Looked at 4 organizations and 5 customers in 1 calls of Stripe; " +
        "1 not judged, because their work is under way.\n",
    );
  });

  test("every kind of finding, in one paged list of customers, and nothing is changed", async () => {
    const expected: Finding[] = [];
    const expectFinding = (
      kind: Finding["kind"],
      organization: string | null,
      customer: string | null,
      detail: string,
    ) => expected.push({ kind, organization, customer, detail });

    const dead = await organization();
    await rest(dead, "dead");
    expectFinding("organization_without_customer", dead, null, "its job is dead");

    const gone = await stripe.customers.create({
      metadata: { organization_id: NOBODY, environment: "staging" },
    });
    expectFinding(
      "customer_without_organization",
      null,
      gone.id,
      "no organization has the id in its metadata",
    );

    const twice = await linked();
    const second = await customerFor(twice.id);
    expectFinding("duplicate", twice.id, second, `the row names ${twice.customer}`);

    const [left, right] = [await organization(), await linked()];
    const wrongly = await customerFor(right.id);
    await link(left, wrongly);
    expectFinding("points_elsewhere", left, wrongly, `its metadata names ${right.id}`);

    const deleted = await linked();
    await stripe.customers.del(deleted.customer);
    expectFinding("deleted_customer", deleted.id, deleted.customer, "deleted in Stripe");

    const replaced = await linked();
    await stripe.customers.del(replaced.customer);
    const replacement = await customerFor(replaced.id);
    expectFinding("deleted_customer", replaced.id, replaced.customer, "deleted in Stripe");
    expectFinding(
      "points_elsewhere",
      replaced.id,
      replacement,
      `the organization's row names ${replaced.customer}`,
    );

    const strange = await organization();
    await link(strange, "cus_FakeOfAnotherAccount");
    expectFinding(
      "missing_customer",
      strange,
      "cus_FakeOfAnotherAccount",
      "not in this Stripe account",
    );

    const different = await linked();
    await stripe.customers.update(different.customer, {
      name: "Ada Lovelace",
      metadata: { industry: "another", added_by_hand: "is theirs" },
    });
    expectFinding("data_differs", different.id, different.customer, "name, metadata.industry");

    const ofTheOtherMode = await linked();
    Object.assign(running().stripe.customer(ofTheOtherMode.customer) ?? {}, { livemode: true });
    expectFinding(
      "wrong_mode",
      ofTheOtherMode.id,
      ofTheOtherMode.customer,
      "livemode true, but staging has livemode false",
    );

    const before = await everything();
    running().stripe.forgetRequests();
    const { exitCode, stdout } = await running().run("audit.ts", "--stack", "staging", "--json");
    const report = JSON.parse(stdout) as AuditReport;
    const byText = (findings: readonly Finding[]) =>
      findings.map((one) => JSON.stringify(one)).sort();
    expect(byText(report.findings)).toEqual(byText(expected));
    expect(exitCode).toBe(1);
    expect(await everything()).toBe(before);
    // One page, and the customers that it did not have.
    const paths = running()
      .stripe.requests()
      .map(({ method, path }) => `${method} ${path}`);
    expect(paths.filter((path) => path === "GET /v1/customers")).toHaveLength(1);
    expect(paths).toHaveLength(4);
    expect(report.lookedAt.stripeCalls).toBe(4);

    const table = await running().run("audit.ts", "--stack", "staging");
    expect(table.stdout).toMatch(new RegExp(`${dead} │ – +│ its job is dead`));
    for (const text of ["Ada", "Example", "@"]) expect(table.stdout + stdout).not.toContain(text);
  });

  test("a Stripe that cannot be read: exit code 2 and one line", async () => {
    running().stripe.revokeKey(sandboxTenant.stripe.restrictedKey);
    const { exitCode, stdout, stderr } = await running().run("audit.ts", "--stack", "staging");
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^Stripe does not accept the key in stripeWorkerKey: .*\n$/);
  });
}
