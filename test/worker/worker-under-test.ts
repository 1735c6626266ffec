import worker from "../../worker/index.ts";
import { PLAIN_BINDINGS } from "../../worker/settings/bindings.ts";
import { recordSaid, recordSecret } from "../nothing-out/record.ts";
import { testBindings } from "./bindings.ts";

export interface WorkerUnderTest {
  readonly bindings: Readonly<Record<string, unknown>>;
  /** Sends a request and waits for the answer and for all work that goes on after it. */
  fetch(
    path: string,
    init?: RequestInit,
    onBackground?: (work: Promise<unknown>) => void,
  ): Promise<Response>;
  /** Rings for an organization as Supabase's webhook does. */
  ring(
    organization: string,
    payload?: Record<string, unknown>,
    onBackground?: (work: Promise<unknown>) => void,
  ): Promise<Response>;
  /** Fires the cron trigger. */
  tick(): Promise<void>;
}

/** The Worker as the runtime calls it. */
export function workerUnderTest(overrides: Record<string, unknown> = {}): WorkerUnderTest {
  const bindings = withoutUndefined({ ...testBindings, ...overrides });
  for (const [name, value] of Object.entries(bindings)) {
    if (typeof value === "string" && !PLAIN_BINDINGS.has(name)) recordSecret(value);
  }
  const under: WorkerUnderTest = {
    bindings,
    async fetch(path, init, onBackground) {
      const background: Promise<unknown>[] = [];
      const waitUntil = (work: Promise<unknown>) => {
        background.push(work);
        onBackground?.(work);
      };
      const response = await worker.fetch(
        new Request(`https://sync.example.com${path}`, init),
        bindings,
        { waitUntil } as unknown as Parameters<typeof worker.fetch>[2],
      );
      await Promise.all(background);
      recordSaid("Worker answer", await response.clone().text());
      return response;
    },
    ring: (organization, payload, onBackground) => {
      const init = {
        method: "POST",
        headers: {
          authorization: `Bearer ${testBindings.WEBHOOK_TOKEN}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({
          type: "INSERT",
          table: "organizations",
          schema: "public",
          record: { id: organization },
          old_record: null,
          ...payload,
        }),
      };
      return under.fetch("/webhooks/supabase", init, onBackground);
    },
    tick: () => worker.scheduled({} as unknown as Parameters<typeof worker.scheduled>[0], bindings),
  };
  return under;
}

function withoutUndefined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
