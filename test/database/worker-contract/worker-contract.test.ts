import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { HOUR, type JobFunctions, jobFunctions } from "../job-functions.ts";
import { type DatabaseServer, shareDatabaseServer, type TestDatabase } from "../test-database.ts";
import { presentContract, recordedContracts } from "./contract.ts";
import { OldWorker } from "./play-contract.ts";

const unknown = "00000000-0000-4000-8000-00000000000f";

let server: DatabaseServer;
let database: TestDatabase;
let jobs: JobFunctions;

beforeAll(async () => {
  server = await shareDatabaseServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  database = await server.createDatabase();
  jobs = jobFunctions(database);
});

test("what the present Worker sends and reads is recorded", async () => {
  const newest = recordedContracts().at(-1);
  expect(
    await presentContract(),
    `The Worker sends or reads something else than contracts/${newest?.file}. Record it beside that: ` +
      "npm run record-contract. CONTRIBUTING.md, Changing the schema, says when the old one may go.",
  ).toEqual(newest?.contract);
});

// Rename an argument or a key of an answer in database/*.sql, such as `more` of stripe_sync_claim.
describe.each(recordedContracts())(
  "a Worker of contract $file works with the present database",
  ({ contract }) => {
    let worker: OldWorker;
    beforeEach(() => {
      worker = new OldWorker(contract, database);
    });

    test("from the claim to the write-back, and with a change after it", async () => {
      const organization = await database.signUp({ organization: "First" });
      const lease = await worker.claim("claimOne", organization, "create");
      await worker.call("claimOne", { organization });
      await worker.call("complete", { organization, lease, customer: "cus_1" });
      expect(await jobs.customerOf(organization)).toBe("cus_1");
      await worker.call("claimOne", { organization });

      await database.sql`update public.organizations set name = 'Other' where id = ${organization}`;
      const update = await worker.claim("claimDue", organization, "update");
      await worker.call("complete", { organization, lease: update, customer: "cus_other" });
      await worker.call("claimOne", { organization: unknown });
    });

    test("through failures of every class, a look in Stripe and the next generation", async () => {
      for (const failure of ["failRetry", "failConfiguration", "failAmbiguous", "failPermanent"]) {
        const organization = await database.signUp();
        const lease = await worker.claim("claimOne", organization, "create");
        await worker.call(failure, { organization, lease });
        await worker.call(failure, { organization, lease });
        await worker.call("claimOne", { organization });
      }
      const organization = await database.signUp();
      const first = await worker.claim("claimOne", organization, "create");
      await worker.call("failAmbiguous", { organization, lease: first });
      await jobs.letPass(organization, 25 * HOUR);
      await jobs.refillPace();
      const lease = await worker.claim("claimDue", organization, "reconcile");
      await worker.call("renew", { organization, lease });
      await worker.call("complete", { organization, lease, customer: "cus_2" });
      await worker.call("renew", { organization, lease });
      expect(await jobs.customerOf(organization)).toBe("cus_2");
    });

    test("through Stripe's events, and tells its health", async () => {
      const organization = await database.signUp();
      for (const event of ["customerCreated", "customerUpdated", "customerDeleted"]) {
        await worker.call(event, { organization, customer: "cus_3" });
      }
      await worker.call("customerCreated", { organization: unknown, customer: "cus_4" });
      await worker.call("health");
    });
  },
);
