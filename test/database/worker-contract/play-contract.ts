import type { TestDatabase } from "../test-database.ts";
import { type Contract, PLACEHOLDERS } from "./contract.ts";
import { mismatch } from "./shape.ts";

type Values = Partial<Record<keyof typeof PLACEHOLDERS, string>>;

const ADVICE =
  "A Worker that may still be live needs it: expand first, contract in the next release (CONTRIBUTING.md, Changing the schema).";

/** Calls a database as the Worker of a contract does, and reads what it reads. */
export class OldWorker {
  readonly #contract: Contract;
  readonly #database: TestDatabase;

  constructor(contract: Contract, database: TestDatabase) {
    this.#contract = contract;
    this.#database = database;
  }

  /**
   * @throws when the database refuses the call, or answers otherwise than that Worker reads
   */
  async call(name: string, values: Values = {}): Promise<Record<string, unknown>> {
    const recorded = this.#contract.calls[name];
    if (recorded === undefined) throw new Error(`The contract has no call ${name}.`);
    const sent = Object.fromEntries(
      Object.entries(recorded.arguments).map(([key, value]) => [key, replaced(value, values)]),
    );
    const answer = await this.#database
      .call(recorded.function.replace(/^stripe_sync_/, ""), sent)
      .catch((error: unknown) => {
        const words = error instanceof Error ? error.message : String(error);
        const names = Object.keys(sent).join(", ");
        throw new Error(`${recorded.function}(${names}) is refused: ${words}. ${ADVICE}`);
      });
    const shape = this.#contract.answers[recorded.function] ?? "anything";
    const wrong = mismatch(shape, answer);
    if (wrong !== undefined) throw new Error(`${recorded.function}: ${wrong}. ${ADVICE}`);
    return answer;
  }

  /** A claim that must find work; the lease. */
  async claim(
    name: "claimOne" | "claimDue",
    organization: string,
    action: string,
  ): Promise<string> {
    const { jobs, deferred } = await this.call(name, { organization });
    const job = (jobs as Record<string, unknown>[]).find(
      ({ organization_id }) => organization_id === organization,
    );
    if (job?.action !== action) {
      throw new Error(`${name} did not give ${action}: ${JSON.stringify(job ?? deferred)}`);
    }
    return String(job.lease);
  }
}

function replaced(value: unknown, values: Values): unknown {
  const placeholder = Object.entries(PLACEHOLDERS).find(([, text]) => text === value)?.[0];
  if (placeholder === undefined) return value;
  return values[placeholder as keyof typeof PLACEHOLDERS] ?? value;
}
