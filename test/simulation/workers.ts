import { testBindings } from "../worker/bindings.ts";
import type { Calls } from "./calls.ts";
import type { WorkerVersion } from "./worker-versions.ts";

/** As the template database has it. */
export const ENVIRONMENT = "testing";

/**
 * Every invocation of the real Worker, as the platform would start and lose it. Two versions are
 * deployed, as in a gradual deployment: `version` chooses one, modulo their number.
 */
export class Workers {
  readonly #versions: readonly WorkerVersion[];
  readonly #busy = new Set<number>();
  readonly #killed = new Set<number>();
  #started = 0;
  #calls: Calls | undefined;
  /** How many invocations have ended or been killed. */
  gone = 0;

  constructor(versions: readonly WorkerVersion[]) {
    this.#versions = versions;
  }

  use(calls: Calls): void {
    this.#calls = calls;
  }

  isAlive(number: number): boolean {
    return number < this.#started && !this.#killed.has(number);
  }

  /** Invocations that are neither done nor dead, oldest first. */
  busy(): number[] {
    return [...this.#busy];
  }

  /** The platform takes an invocation away; what it was about to do is never done. */
  kill(number: number): void {
    this.#killed.add(number);
    this.#isGone(number);
    this.#calls?.abandon(number);
  }

  /** The webhook of Supabase arrives. */
  ring(organization: string, version: number): void {
    const body = JSON.stringify({
      type: "INSERT",
      table: "organizations",
      schema: "public",
      record: { id: organization },
      old_record: null,
    });
    const authorization = `Bearer ${testBindings.WEBHOOK_TOKEN}`;
    this.#request(version, "/webhooks/supabase", body, { authorization });
  }

  /** A delivery of Stripe arrives. */
  stripeEvent(payload: string, signature: string, version: number): void {
    this.#request(version, "/webhooks/stripe", payload, { "stripe-signature": signature });
  }

  /** The cron trigger fires. */
  tick(version: number): void {
    this.#start(version, (worker, bindings) =>
      worker.scheduled({} as unknown as Parameters<typeof worker.scheduled>[0], bindings),
    );
  }

  #request(version: number, path: string, body: string, headers: Record<string, string>): void {
    this.#start(version, async (worker, bindings) => {
      const request = new Request(`https://sync.example.com${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
      });
      const background: Promise<unknown>[] = [];
      const context = { waitUntil: (work: Promise<unknown>) => void background.push(work) };
      await worker.fetch(
        request,
        bindings,
        context as unknown as Parameters<typeof worker.fetch>[2],
      );
      await Promise.allSettled(background);
    });
  }

  #start(
    version: number,
    run: (worker: WorkerVersion, bindings: Record<string, unknown>) => Promise<unknown>,
  ): void {
    const worker = this.#versions[version % this.#versions.length];
    if (worker === undefined) return;
    const number = this.#started;
    this.#started += 1;
    this.#busy.add(number);
    const bindings = { ...testBindings, ENVIRONMENT, ...this.#calls?.addresses(number) };
    const end = () => this.#isGone(number);
    run(worker, bindings).then(end, end);
  }

  #isGone(number: number): void {
    if (this.#busy.delete(number)) this.gone += 1;
  }
}
