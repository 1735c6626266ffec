import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { CloudflareTenant } from "../../tenants.ts";
import type { CheckResult } from "../data-plane/router/check-version.ts";
import type { LoadableVersion } from "../data-plane/routing-table.ts";
import type { AccountState } from "./account-state.ts";
import type { ModuleStore } from "./module-store.ts";
import { readJson, writeDurably } from "./state-file.ts";

/** What an account needs of the rest of the cloud. */
export interface AccountHost {
  readonly stateFolder: string;
  readonly modules: ModuleStore;
  check(version: LoadableVersion): Promise<CheckResult>;
  /** Makes the data plane serve what the accounts now say. */
  publish(): Promise<void>;
}

/** One account: its state, and the door through which every change of it goes. */
export class Account {
  readonly tenant: CloudflareTenant;
  readonly state: AccountState;
  readonly host: AccountHost;
  /** Ids of Workers that a test has stopped; not kept over a restart. */
  readonly stopped = new Set<string>();

  constructor(tenant: CloudflareTenant, host: AccountHost) {
    this.tenant = tenant;
    this.host = host;
    this.state = readJson<AccountState>(this.#path()) ?? { workers: [], routes: [], domains: [] };
  }

  /** Resolves when the present state is on disk and live. */
  async commit(): Promise<void> {
    writeDurably(this.#path(), JSON.stringify(this.state));
    await this.host.publish();
  }

  #path(): string {
    return join(this.host.stateFolder, `account-${this.tenant.accountId}.json`);
  }
}

/** An id as most of the platform's: 32 hexadecimal characters. */
export function newId(): string {
  return randomBytes(16).toString("hex");
}

/** An id of a version or a deployment. */
export function newUuid(): string {
  return randomUUID();
}

/** The present time as the API writes it. */
export function now(): string {
  return new Date().toISOString();
}
