import type { InProcessStripe } from "../../local/stripe/index.ts";
import { sandboxTenant } from "../../local/tenants.ts";
import { type Fault, stripeFault } from "./fault.ts";
import type { SimulatedDatabase } from "./simulated-database.ts";

/** A call that a Worker has begun. It has no effect before the schedule says so. */
export interface Call {
  /** The invocation of the Worker that made it. */
  readonly worker: number;
  /** As `claim` or `POST /v1/customers`. */
  readonly what: string;
  /** When its caller gave up or died: from then on nobody hears the answer. */
  abandonedAt: number | undefined;
}

interface OpenCall extends Call {
  readonly url: URL;
  readonly init: RequestInit;
  readonly answer: (response: Response) => void;
  readonly fail: (error: unknown) => void;
}

/** A request that was given up may still arrive, but only for so long. */
const IN_FLIGHT_MS = 30_000;

interface Clouds {
  readonly database: SimulatedDatabase;
  readonly stripe: InProcessStripe;
  readonly now: () => number;
  readonly isAlive: (worker: number) => boolean;
}

/** Every call between Workers and clouds. Replaces this process's `fetch` until `close`. */
export class Calls {
  readonly #clouds: Clouds;
  readonly #fetch = globalThis.fetch;
  #open: OpenCall[] = [];
  /** Calls begun so far: what a simulation watches to see whether anything still moves. */
  begun = 0;

  constructor(clouds: Clouds) {
    this.#clouds = clouds;
    globalThis.fetch = (input, init) => this.#begin(String(input), init ?? {});
  }

  /** Addresses of both clouds for one invocation, so that its calls can be told from others. */
  addresses(worker: number): { SUPABASE_URL: string; STRIPE_API_BASE: string } {
    return {
      SUPABASE_URL: `http://w${worker}.database.test`,
      STRIPE_API_BASE: `http://w${worker}.stripe.test`,
    };
  }

  /** Calls that may still have an effect, oldest first. */
  open(): readonly Call[] {
    const oldest = this.#clouds.now() - IN_FLIGHT_MS;
    this.#open = this.#open.filter(({ abandonedAt }) => (abandonedAt ?? oldest) >= oldest);
    return this.#open;
  }

  /** The Worker is gone. */
  abandon(worker: number): void {
    for (const call of this.#open) {
      if (call.worker === worker) call.abandonedAt ??= this.#clouds.now();
    }
  }

  /** Lets a call come to its effect and answer, as the fault has it. */
  async perform(chosen: Call, fault: Fault | undefined): Promise<void> {
    const call = this.#open.find((open) => open === chosen);
    if (!call) return;
    if (fault?.kind === "hang" && fault.when === "before") return this.#hang(call);
    this.#open = this.#open.filter((open) => open !== call);
    try {
      const response = await this.#answer(call, fault);
      if (fault?.kind === "hang") return;
      if (call.abandonedAt === undefined) call.answer(response);
    } catch (error) {
      if (call.abandonedAt === undefined) call.fail(error);
    }
  }

  close(): void {
    globalThis.fetch = this.#fetch;
  }

  /** Never arrives: only the caller's own time limit ends it. */
  #hang(call: OpenCall): void {
    this.#open = this.#open.filter((open) => open !== call);
  }

  #begin(address: string, init: RequestInit): Promise<Response> {
    const url = new URL(address);
    const worker = Number(/^w(\d+)\./.exec(url.hostname)?.[1]);
    if (!this.#clouds.isAlive(worker)) return new Promise(() => {});
    this.begun += 1;
    return new Promise((answer, fail) => {
      const what = isDatabase(url) ? functionOf(url) : `${init.method} ${url.pathname}`;
      const call: OpenCall = { worker, what, url, init, answer, fail, abandonedAt: undefined };
      this.#open.push(call);
      init.signal?.addEventListener("abort", () => {
        if (!this.#clouds.isAlive(worker)) return;
        call.abandonedAt ??= this.#clouds.now();
        fail(init.signal?.reason);
      });
    });
  }

  #answer(call: OpenCall, fault: Fault | undefined): Promise<Response> {
    return isDatabase(call.url) ? this.#ofDatabase(call, fault) : this.#ofStripe(call, fault);
  }

  async #ofDatabase({ url, init }: OpenCall, fault: Fault | undefined): Promise<Response> {
    if (fault?.kind === "refuse") throw new TypeError("fetch failed");
    const isBefore = fault !== undefined && fault.when === "before";
    let answer: unknown;
    if (!isBefore) {
      const args = JSON.parse(String(init.body)) as Record<string, unknown>;
      answer = await this.#clouds.database.call(this.#clouds.now(), functionOf(url), args);
    }
    if (fault?.kind === "reset") throw new TypeError("fetch failed");
    if (fault?.kind === "answer") {
      return Response.json({ code: "PGRST000", message: "refused" }, { status: fault.status });
    }
    return Response.json(answer);
  }

  async #ofStripe({ url, init }: OpenCall, fault: Fault | undefined): Promise<Response> {
    const { stripe } = this.#clouds;
    const { faults } = stripe.account(sandboxTenant.stripe.accountId);
    if (fault && fault.kind !== "hang") faults.next(stripeFault(fault));
    try {
      return await stripe.fetch(url, { ...init, signal: null });
    } finally {
      faults.clear();
    }
  }
}

function isDatabase(url: URL): boolean {
  return url.hostname.endsWith(".database.test");
}

function functionOf(url: URL): string {
  return url.pathname.split("/").at(-1) ?? "";
}
