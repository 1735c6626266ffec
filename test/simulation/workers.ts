import worker from "../../worker/index.ts";
import { testBindings } from "../worker/bindings.ts";
import type { Calls } from "./calls.ts";

/** As the template database has it. */
export const ENVIRONMENT = "testing";

interface Invocation {
  isAlive: boolean;
  isDone: boolean;
}

/** Every invocation of the real Worker, as the platform would start and lose it. */
export class Workers {
  readonly #invocations: Invocation[] = [];
  #calls: Calls | undefined;

  use(calls: Calls): void {
    this.#calls = calls;
  }

  isAlive(number: number): boolean {
    return this.#invocations[number]?.isAlive ?? false;
  }

  /** Invocations that are neither done nor dead. */
  busy(): number[] {
    return this.#invocations.flatMap(({ isAlive, isDone }, number) =>
      isAlive && !isDone ? [number] : [],
    );
  }

  /** The platform takes an invocation away; what it was about to do is never done. */
  kill(number: number): void {
    const invocation = this.#invocations[number];
    if (invocation) invocation.isAlive = false;
    this.#calls?.abandon(number);
  }

  /** The webhook of Supabase arrives. */
  ring(organization: string): void {
    const body = JSON.stringify({
      type: "INSERT",
      table: "organizations",
      schema: "public",
      record: { id: organization },
      old_record: null,
    });
    const authorization = `Bearer ${testBindings.WEBHOOK_TOKEN}`;
    this.#request("/webhooks/supabase", body, { authorization });
  }

  /** A delivery of Stripe arrives. */
  stripeEvent(payload: string, signature: string): void {
    this.#request("/webhooks/stripe", payload, { "stripe-signature": signature });
  }

  /** The cron trigger fires. */
  tick(): void {
    this.#start((bindings) =>
      worker.scheduled({} as unknown as Parameters<typeof worker.scheduled>[0], bindings),
    );
  }

  #request(path: string, body: string, headers: Record<string, string>): void {
    this.#start(async (bindings) => {
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

  #start(run: (bindings: Record<string, unknown>) => Promise<unknown>): void {
    const number = this.#invocations.length;
    const invocation = { isAlive: true, isDone: false };
    this.#invocations.push(invocation);
    const bindings = { ...testBindings, ENVIRONMENT, ...this.#calls?.addresses(number) };
    const end = () => {
      invocation.isDone = true;
    };
    run(bindings).then(end, end);
  }
}
