import type { StripeTenant } from "../tenants.ts";
import { type AccountHandle, accountHandle } from "./account/account-handle.ts";
import { openAccount } from "./account/open-account.ts";
import { api } from "./api/api.ts";
import { cutOf } from "./api/cut-response.ts";
import type { Cut } from "./faults/connection-cut.ts";
import { createIds } from "./ids.ts";
import { type Runtime, realRuntime } from "./runtime.ts";

export interface StripeOptions {
  readonly tenants: readonly StripeTenant[];
  /** Kept between starts, durable against a kill at any moment. Without it, memory only. */
  readonly stateFolder?: string;
  /** For simulations: replaces time, randomness and network, each or all. */
  readonly runtime?: Partial<Runtime>;
}

/** A Stripe without a server: callers in the same process use `fetch`. */
export interface InProcessStripe {
  /** Like the global fetch, for any origin: rejects where a scripted fault cuts the connection. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** @throws for an id that is none of the tenants' */
  account(accountId: string): AccountHandle;
  /** Ends hanging requests and deliveries; the state stays in its folder. */
  close(): Promise<void>;
  /** For a server: says with `cutOf` where the connection has to be cut. */
  readonly serve: (request: Request, ...rest: unknown[]) => Response | Promise<Response>;
}

/** @throws when the state cannot be read or written */
export async function createStripe(options: StripeOptions): Promise<InProcessStripe> {
  const runtime = { ...realRuntime, ...options.runtime };
  const accounts = await Promise.all(
    options.tenants.map((tenant) => openAccount(tenant, runtime, options.stateFolder)),
  );
  const handles = new Map(
    accounts.map((account) => [account.tenant.accountId, accountHandle(account)]),
  );
  for (const account of accounts) account.deliveries.resume();
  const app = api(accounts, createIds(runtime.random));

  return {
    serve: (request) => app.fetch(request),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      const response = await Promise.race([app.fetch(request), abortOf(request.signal)]);
      const cut = cutOf(response);
      if (cut) throw networkError(cut);
      return response;
    },
    account: (accountId) => {
      const handle = handles.get(accountId);
      if (!handle) throw new Error(`The local cloud has no Stripe account ${accountId}.`);
      return handle;
    },
    close: async () => {
      for (const account of accounts) await account.close();
    },
  };
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** As Node's fetch tells it. */
function networkError(cut: Cut): TypeError {
  const code = cut === "refused" ? "ECONNREFUSED" : "ECONNRESET";
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
}
