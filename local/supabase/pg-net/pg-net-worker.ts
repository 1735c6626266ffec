import { Agent } from "node:http";
import postgres, { type Sql } from "postgres";
import { type QueuedRequest, type RequestOutcome, sendRequest } from "./send-request.ts";

/** pg_net's own. */
const BATCH_SIZE = 200;
const RESPONSE_LIFE_HOURS = 6;
const MAX_SOCKETS = 50;

/** One round trip, and so one transaction: a busy project is woken at each sign-up. */
const TAKE = `
  lock table net.http_request_queue, net._http_response in row exclusive mode nowait;
  delete from net._http_response where created < now() - interval '${RESPONSE_LIFE_HOURS} hours';
  with taken as (
    delete from net.http_request_queue
    where ctid in (select ctid from net.http_request_queue order by id limit ${BATCH_SIZE})
    returning id::text, method, url, headers, body, timeout_milliseconds as "timeoutMs"
  )
  select * from taken order by id::bigint`;

/**
 * Sends what stands in pg_net's queue. Woken after the commit of the transaction that queued it;
 * in batches, one after the other; one attempt each; each leaves a row in `net._http_response`.
 * While somebody holds a strong lock on one of its tables, or the extension is not there, nothing
 * is sent, and nothing is tried again before the next wake-up.
 *
 * @see https://github.com/supabase/pg_net
 */
export class PgNetWorker {
  readonly #sql: Sql;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  #working: Promise<void> | undefined;
  #wokenAgain = false;
  #closed = false;

  /** @param sql connections of the superuser */
  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Looks into the queue now or, when busy, once more after that. */
  wake(): void {
    if (this.#closed) return;
    this.#wokenAgain = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** Ends after the batch that is on its way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    this.#agent.destroy();
  }

  async #work(): Promise<void> {
    while (this.#wokenAgain && !this.#closed) {
      this.#wokenAgain = false;
      let batch = await this.#take();
      while (batch.length > 0) {
        const outcomes = await Promise.all(batch.map((each) => sendRequest(each, this.#agent)));
        await this.#record(outcomes);
        // What was queued meanwhile wakes this worker again.
        const isMore = batch.length === BATCH_SIZE && !this.#closed;
        batch = isMore ? await this.#take() : [];
      }
    }
  }

  async #take(): Promise<readonly QueuedRequest[]> {
    try {
      return (await this.#sql.unsafe<QueuedRequest[][]>(TAKE)).at(-1) ?? [];
    } catch (error) {
      return passOver(error) ?? [];
    }
  }

  async #record(outcomes: readonly RequestOutcome[]): Promise<void> {
    try {
      await this.#sql`
        insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
        select id, status_code, content_type, headers, content, timed_out, error_msg
        from jsonb_to_recordset(${JSON.stringify(outcomes)}::text::jsonb) as outcome(
          id bigint, status_code int, content_type text, headers jsonb, content text,
          timed_out bool, error_msg text
        )`;
    } catch (error) {
      passOver(error);
    }
  }
}

/** Whatever the server or a lost connection says ends this round; a bug is not passed over. */
function passOver(error: unknown): undefined {
  if (error instanceof postgres.PostgresError) return undefined;
  if (error instanceof Error && "code" in error) return undefined;
  throw error;
}
