import { UserError } from "@stripe-customer-sync/provider-kit";
import { inOneTransaction } from "../in-one-transaction.ts";
import { type ManagementApi, PermissionError, StatementError } from "../management-api.ts";
import { createOwnSchema, dropOwnSchemaIfEmpty } from "../own-schema.ts";
import { fingerprintFunction, fingerprintFunctionName } from "./fingerprint-function.ts";
import { fingerprintSql } from "./fingerprint-sql.ts";

/** A secret as Vault has it, without its value. */
export interface FoundSecret {
  readonly description: string | undefined;
  readonly fingerprint: string;
}

/** The Vault of a project: `vault.create_secret`, `vault.update_secret`, `vault.decrypted_secrets`. */
export class Vault {
  readonly #api: ManagementApi;
  readonly #projectRef: string;
  readonly #signal: AbortSignal;

  constructor(api: ManagementApi, projectRef: string, signal: AbortSignal) {
    this.#api = api;
    this.#projectRef = projectRef;
    this.#signal = signal;
  }

  /**
   * Creates the secret, or gives the one of that name this value: after a lost answer or a lost
   * state it is there already.
   */
  async put(name: string, value: string, description: string): Promise<void> {
    await this.#run({
      purpose: `prepare the fingerprint of the Vault secret "${name}"`,
      sql: inOneTransaction([
        { name: "schema", sql: createOwnSchema },
        { name: "function", sql: fingerprintFunction(name) },
      ]),
    });
    if (await this.#updated(name, value, description)) return;
    try {
      await this.#run({
        purpose: `create the Vault secret "${name}"`,
        sql: "select vault.create_secret($1::text, $2::text, $3::text)",
        parameters: [value, name, description],
      });
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      // Made in between by an attempt whose answer was lost.
      if (!(await this.#updated(name, value, description))) throw error;
    }
  }

  /** What there is under the name; the value is compared by its fingerprint, in the database. */
  async find(name: string, fingerprintKey: string): Promise<FoundSecret | undefined> {
    const purpose = `read the fingerprint of the Vault secret "${name}"`;
    try {
      const [found] = await this.#run<{ fingerprint: string; description: string }>({
        purpose,
        sql: `select f.fingerprint, (
            select coalesce(description, '') from vault.decrypted_secrets where name = $1::text
          ) as description from (${fingerprintSql("$1::text", "$2::text")}) f`,
        parameters: [name, fingerprintKey],
      });
      return found;
    } catch (error) {
      if (!(error instanceof PermissionError)) throw error;
    }
    const [found] = await this.#run<{ fingerprint: string | null }>({
      purpose,
      sql: `select ${fingerprintFunctionName(name)}($1::text) as fingerprint`,
      parameters: [fingerprintKey],
      readOnly: true,
    });
    return typeof found?.fingerprint === "string"
      ? { fingerprint: found.fingerprint, description: undefined }
      : undefined;
  }

  /** Removes the secret. Without a Vault there is none. */
  async remove(name: string): Promise<void> {
    if (await this.#isEnabled()) {
      await this.#run({
        purpose: `delete the Vault secret "${name}"`,
        sql: "delete from vault.secrets where name = $1::text",
        parameters: [name],
      });
    }
    await this.#run({
      purpose: `remove the fingerprint of the Vault secret "${name}"`,
      sql: inOneTransaction([
        {
          name: "function",
          sql: `drop function if exists ${fingerprintFunctionName(name)}(text)`,
          passOver: ["3F000"],
        },
        { name: "schema", sql: dropOwnSchemaIfEmpty },
      ]),
    });
  }

  async #updated(name: string, value: string, description: string): Promise<boolean> {
    const [found] = await this.#run<{ id: string }>({
      purpose: `look for the Vault secret "${name}"`,
      sql: "select id from vault.decrypted_secrets where name = $1::text",
      parameters: [name],
    });
    if (found === undefined) return false;
    await this.#run({
      purpose: `update the Vault secret "${name}"`,
      sql: "select vault.update_secret($1::uuid, $2::text, $3::text, $4::text)",
      parameters: [found.id, value, name, description],
    });
    return true;
  }

  async #run<Row>(statement: Parameters<ManagementApi["query"]>[1]): Promise<Row[]> {
    try {
      return await this.#api.query<Row>(this.#projectRef, statement, this.#signal);
    } catch (error) {
      if (error instanceof StatementError && !(await this.#isEnabled())) {
        throw new UserError(
          `Supabase Vault is not enabled in project ${this.#projectRef}: enable the extension ` +
            "supabase_vault (Dashboard → Database → Extensions, or run " +
            "`create extension supabase_vault with schema vault cascade`).",
          { cause: error },
        );
      }
      throw error;
    }
  }

  async #isEnabled(): Promise<boolean> {
    const [found] = await this.#api.query<{ enabled: boolean }>(
      this.#projectRef,
      {
        purpose: "look for Supabase Vault",
        sql: "select to_regclass('vault.decrypted_secrets') is not null as enabled",
        readOnly: true,
      },
      this.#signal,
    );
    return found?.enabled === true;
  }
}
