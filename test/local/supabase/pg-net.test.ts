import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  eventually,
  manage,
  sandbox,
  startTestSupabase,
  type TestSupabase,
} from "./start-test-supabase.ts";

interface Received {
  readonly at: number;
  readonly request: IncomingMessage;
  readonly body: string;
}

let supabase: TestSupabase;
let bell: Server;
let url: string;
let received: Received[] = [];
let answerAfterMs = 0;
let status = 200;

beforeAll(async () => {
  bell = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ at: performance.now(), request, body });
    await sleep(answerAfterMs);
    response.writeHead(status, { "content-type": "application/json" }).end('{"heard":true}');
  });
  await new Promise<void>((resolve) => bell.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(bell.address() as AddressInfo).port}/bell`;
  supabase = await startTestSupabase();
  await supabase.project.sql`create extension if not exists pg_net`;
});
afterAll(async () => {
  await supabase.stop();
  bell.closeAllConnections();
  bell.close();
});
afterEach(() => {
  received = [];
  answerAfterMs = 0;
  status = 200;
});

const post = (body: object, options = "") =>
  supabase.project.sql.unsafe<{ id: string }[]>(
    `select net.http_post('${url}', $1::jsonb ${options}) as id`,
    [body as never],
  );
const responseTo = (id: unknown) =>
  eventually(
    async () =>
      (await supabase.project.sql`select * from net._http_response where id = ${String(id)}`)[0],
  );
const heard = (count: number) =>
  eventually(async () => (received.length >= count ? received : undefined));

describe("net.http_post", () => {
  test("sends after the commit, within milliseconds, and records the answer", async () => {
    const [request] = await post({ rang: 1 });
    const committedAt = performance.now();
    const [first] = await heard(1);
    expect((first?.at ?? Number.POSITIVE_INFINITY) - committedAt).toBeLessThan(100);
    expect(first?.request.method).toBe("POST");
    expect(first?.request.headers["content-type"]).toBe("application/json");
    expect(first?.request.headers["user-agent"]).toBe("pg_net/0.20.4");
    expect(JSON.parse(first?.body ?? "")).toEqual({ rang: 1 });
    expect(await responseTo(request?.id)).toMatchObject({
      status_code: 200,
      content: '{"heard":true}',
      timed_out: false,
      error_msg: null,
    });
    expect(await supabase.project.sql`select from net.http_request_queue`).toHaveLength(0);
  });

  test("sends nothing of a transaction that was rolled back, nor before its end", async () => {
    const { sql } = supabase.project;
    await sql
      .begin(async (transaction) => {
        await transaction.unsafe(`select net.http_post('${url}', '{}')`);
        await sleep(100);
        expect(received).toHaveLength(0);
        throw new Error("rolled back");
      })
      .catch(() => {});
    await post({ next: true });
    await heard(1);
    await sleep(50);
    expect(received).toHaveLength(1);
  });

  test("adds parameters to the address and sends the given headers", async () => {
    await post(
      {},
      `, '{"q":"a b&c"}', '{"Content-Type":"application/json","Authorization":"Bearer fake"}'`,
    );
    const [first] = await heard(1);
    expect(new URL(first?.request.url ?? "", url).searchParams.get("q")).toBe("a b&c");
    expect(first?.request.headers.authorization).toBe("Bearer fake");
  });

  test("refuses any other content type", async () => {
    await expect(post({}, `, '{}', '{"Content-Type":"text/plain"}'`)).rejects.toThrow(
      'Content-Type header must be "application/json"',
    );
  });

  test("tries once: a 500 is recorded and not repeated", async () => {
    status = 500;
    const [request] = await post({});
    expect(await responseTo(request?.id)).toMatchObject({ status_code: 500 });
    await sleep(200);
    expect(received).toHaveLength(1);
  });

  test("gives up after the time-out and says so", async () => {
    answerAfterMs = 1_000;
    const [request] = await post({}, ", timeout_milliseconds := 100");
    expect(await responseTo(request?.id)).toMatchObject({ timed_out: true, status_code: null });
  });

  test("records a refused connection", async () => {
    const [request] = await supabase.project.sql<{ id: string }[]>`
      select net.http_post('http://127.0.0.1:1/', '{}') as id`;
    const answer = await responseTo(request?.id);
    expect(answer).toMatchObject({ status_code: null });
    expect(answer.error_msg).toBeTruthy();
  });

  test("does not leave this machine", async () => {
    const [request] = await supabase.project.sql<{ id: string }[]>`
      select net.http_post('http://hooks.example.com/', '{}') as id`;
    const answer = await responseTo(request?.id);
    expect(answer.status_code).toBeNull();
    expect(answer.error_msg).toMatch(/loopback|127\.0\.0\.1|local/i);
  });

  test("sends a thousand of one statement", async () => {
    await supabase.project.sql.unsafe(
      `select net.http_post('${url}', jsonb_build_object('n', n)) from generate_series(1, 1000) n`,
    );
    await eventually(async () => (received.length >= 1_000 ? true : undefined), 20_000);
    const numbers = new Set(received.map(({ body }) => JSON.parse(body).n));
    expect(numbers.size).toBe(1_000);
    expect(received).toHaveLength(1_000);
  });
});

test("a stock webhook rings with the hosted payload", async () => {
  await manage(supabase.cloud, "POST", `/${sandbox.ref}/database/webhooks/enable`);
  const { sql } = supabase.project;
  await sql.unsafe(`create trigger stock after insert or update on public.organizations
    for each row execute function supabase_functions.http_request(
      '${url}', 'POST', '{"Content-type":"application/json","Authorization":"Bearer fake"}', '{}', '1000')`);
  const [row] = await sql`insert into public.organizations (name) values ('Bell') returning id`;
  const [first] = await heard(1);
  expect(JSON.parse(first?.body ?? "")).toMatchObject({
    type: "INSERT",
    table: "organizations",
    schema: "public",
    record: { id: row?.id, name: "Bell" },
    old_record: null,
  });
  const [trigger] = await sql`
    select convert_from(tgargs, 'UTF8') like '%Bearer fake%' as plain from pg_trigger where tgname = 'stock'`.catch(
    () =>
      sql`select encode(tgargs, 'escape') like '%Bearer fake%' as plain from pg_trigger where tgname = 'stock'`,
  );
  expect(trigger?.plain).toBe(true);
  await sql`drop trigger stock on public.organizations`;
});

test("a crash of the database empties the queue, and sending goes on after it", async () => {
  const { project } = supabase;
  // Holds the first batch, so that later requests are still queued when the crash comes.
  answerAfterMs = 1_500;
  await post({ before: 1 });
  await heard(1);
  await post({ before: 2 });
  await project.kill9();
  await project.start();
  answerAfterMs = 0;
  expect(await project.sql`select from net.http_request_queue`).toHaveLength(0);
  received = [];
  await eventually(async () => {
    await post({ after: true });
    await sleep(50);
    return received.length > 0 ? true : undefined;
  });
  expect(received.every(({ body }) => JSON.parse(body).after)).toBe(true);
});

test("the extension can be dropped and made again", async () => {
  const { sql } = supabase.project;
  await sql`drop extension if exists pg_net cascade`;
  expect(await sql`select to_regclass('net.http_request_queue') as t`).toEqual([{ t: null }]);
  await sql`create extension if not exists pg_net`;
  await eventually(async () => {
    await post({ again: true });
    await sleep(20);
    return received.length > 0 ? true : undefined;
  });
});
