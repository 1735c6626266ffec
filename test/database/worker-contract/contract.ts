import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { customerIdSchema, leaseSchema, organizationIdSchema } from "../../../worker/ids.ts";
import type { CallFunction } from "../../../worker/jobs/call-function.ts";
import { createJobs } from "../../../worker/jobs/jobs.ts";
import { type FailureClass, SyncFailure } from "../../../worker/sync/sync-failure.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** Everything that a Worker relies on in the database. */
export interface Contract {
  /** By what the Worker does; {@link PLACEHOLDERS} where each call has a value of its own. */
  readonly calls: Readonly<Record<string, RecordedCall>>;
  /** What it reads of an answer, by the function's name. */
  readonly answers: Readonly<Record<string, Shape>>;
}

interface RecordedCall {
  readonly function: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export const PLACEHOLDERS = {
  organization: "00000000-0000-4000-8000-00000000000a",
  lease: "00000000-0000-4000-8000-00000000000b",
  customer: "cus_placeholder",
} as const;

const FOLDER = join(import.meta.dirname, "contracts");

/** The contracts of all Workers that may be live somewhere, oldest first. */
export function recordedContracts(): { readonly file: string; readonly contract: Contract }[] {
  return readdirSync(FOLDER)
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((file) => ({
      file,
      contract: JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Contract,
    }));
}

/** Writes the present Worker's contract beside the others; its file's name. */
export async function recordContract(): Promise<string> {
  const last = Number.parseInt(recordedContracts().at(-1)?.file ?? "0", 10);
  const file = `${last + 1}.json`;
  mkdirSync(FOLDER, { recursive: true });
  const text = JSON.stringify(await presentContract(), null, 2);
  writeFileSync(join(FOLDER, file), `${text}\n`);
  return file;
}

/** What the Worker of this checkout sends and reads: it is made to call, and is listened to. */
export async function presentContract(): Promise<Contract> {
  const calls: RecordedCall[] = [];
  const answers: Record<string, Shape> = {};
  const listen: CallFunction = (name, args, answer) => {
    calls.push({ function: name, arguments: args });
    answers[name] = shapeOf(answer);
    return new Promise(() => {});
  };
  const jobs = createJobs(listen, "testing");
  const organization = v.parse(organizationIdSchema, PLACEHOLDERS.organization);
  const customer = v.parse(customerIdSchema, PLACEHOLDERS.customer);
  const job = {
    action: "create",
    organization_id: organization,
    lease: v.parse(leaseSchema, PLACEHOLDERS.lease),
    revision: 1,
    generation: 1,
    attempt: 1,
    idempotency_key: "key",
    request: { metadata: {} },
    first_attempt_at: null,
    customer_id: null,
  } as const;
  const recorded = (make: () => Promise<unknown>): RecordedCall => {
    void make();
    const call = calls.at(-1);
    if (call === undefined) throw new Error("The Worker called nothing.");
    return call;
  };
  const failed = (failureClass: FailureClass) =>
    recorded(() =>
      jobs.fail(
        job,
        new SyncFailure(failureClass, "example_code", "An example.", {
          retryAfterSeconds: failureClass === "retry" ? 5 : undefined,
        }),
      ),
    );
  const made = {
    claimOne: recorded(() => jobs.claimOne(organization, "webhook")),
    claimDue: recorded(() => jobs.claimDue(10, "cron")),
    renew: recorded(() => jobs.renew(job)),
    complete: recorded(() => jobs.complete(job, customer)),
    failRetry: failed("retry"),
    failConfiguration: failed("configuration"),
    failAmbiguous: failed("ambiguous"),
    failPermanent: failed("permanent"),
    customerCreated: recorded(() => jobs.customerEvent(customer, "created", organization)),
    customerUpdated: recorded(() => jobs.customerEvent(customer, "updated", undefined)),
    customerDeleted: recorded(() => jobs.customerEvent(customer, "deleted", undefined)),
    health: recorded(() => jobs.health()),
  };
  return { calls: made, answers };
}
