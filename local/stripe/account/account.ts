import type { StripeTenant } from "../../tenants.ts";
import type { ApiKey } from "../api/api-key.ts";
import { Clock } from "../clock.ts";
import { Faults } from "../faults/faults.ts";
import { Idempotency } from "../idempotency/idempotency.ts";
import { createIds, type Ids } from "../ids.ts";
import type { Journal } from "../journal/journal.ts";
import { defaultLimits, type Limits } from "../limits/limits.ts";
import { RateLimiter } from "../limits/rate-limiter.ts";
import type { Runtime } from "../runtime.ts";
import { Deliveries } from "../webhooks/deliveries.ts";
import type { AccountState } from "./account-state.ts";
import type { Change } from "./change.ts";
import { RequestLog } from "./request-log.ts";

/** One Stripe account in one mode: its state, and what works on it. */
export class Account {
  readonly tenant: StripeTenant;
  readonly runtime: Runtime;
  readonly state: AccountState;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly limiter: RateLimiter;
  readonly idempotency: Idempotency;
  readonly faults = new Faults();
  readonly log = new RequestLog();
  readonly deliveries: Deliveries;
  /** How far search is behind, in milliseconds. */
  searchLagMs = 0;
  /** Ends hanging requests and waiting deliveries. */
  readonly closing = new AbortController();
  readonly #journal: Journal | undefined;
  readonly #tenantKeys: readonly ApiKey[];

  /** @param journal takes every change; without one the state lives in memory only */
  constructor(tenant: StripeTenant, runtime: Runtime, state: AccountState, journal?: Journal) {
    this.tenant = tenant;
    this.runtime = runtime;
    this.state = state;
    this.#journal = journal;
    this.clock = new Clock(runtime.now, state.shiftMs, (shiftMs) =>
      this.commit([{ type: "clock", shiftMs }]),
    );
    this.ids = createIds(runtime.random);
    this.limits = defaultLimits(tenant.livemode);
    this.limiter = new RateLimiter(this.limits);
    this.idempotency = new Idempotency(state.answers);
    this.deliveries = new Deliveries(this);
    this.#tenantKeys = [
      { key: tenant.secretKey, permissions: null },
      { key: tenant.restrictedKey, permissions: ["customer_write"] },
    ];
  }

  /** Makes changes true, all or none of them; they are durable once `flushed` resolves. */
  commit(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#journal?.append(changes);
    for (const change of changes) this.state.apply(change);
  }

  async flushed(): Promise<void> {
    await this.#journal?.flushed();
  }

  /** The key of this text if it is one of the account's, and whether it was revoked. */
  findKey(text: string): { readonly key: ApiKey; readonly revoked: boolean } | undefined {
    const key =
      this.state.keys.get(text) ?? this.#tenantKeys.find((candidate) => candidate.key === text);
    return key && { key, revoked: this.state.revokedKeys.has(text) };
  }

  async close(): Promise<void> {
    this.closing.abort(new Error("The local Stripe was closed."));
    await this.deliveries.settled();
    await this.#journal?.close();
  }
}
