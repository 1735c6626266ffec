import { sandboxTenant } from "../../local/tenants.ts";
import { findViolations } from "./find-violations.ts";
import type { Move, Schedule } from "./schedule.ts";
import { literal, type SimulatedDatabase } from "./simulated-database.ts";
import { World } from "./world.ts";

/** What a schedule came to; without violations the guarantee held. */
export interface Played {
  readonly violations: readonly string[];
  readonly story: readonly string[];
  /** Calls between Workers and clouds. */
  readonly calls: number;
  /** The world's last moment, in milliseconds since 1970. */
  readonly end: number;
}

const HOUR = 60 * 60 * 1_000;
/** The longest backoff is an hour, so that after each of these everything is due again. */
const ROUND_MS = 2 * HOUR;
const MOST_ROUNDS = 40;
const MOST_STEPS = 2_000;

/**
 * Plays a schedule, then lets everything come to rest: no more faults, time moves on, the cron
 * pulls. Judges once before Stripe has delivered its events, because the pull alone must do, and
 * once after them.
 */
export async function play(
  database: SimulatedDatabase,
  { moves, seed }: Schedule,
  start: number,
): Promise<Played> {
  const world = await World.create(database, seed, start);
  try {
    for (const move of moves) await make(world, move);
    const violations = [...(await comeToRest(world)), ...(await findViolations(world, "pulled"))];
    const events = world.account.events();
    if (seed % 2 === 1) events.reverse();
    for (const [index, event] of events.entries()) {
      await world.deliver(event, index);
      await stepAll(world);
    }
    violations.push(...(await comeToRest(world)), ...(await findViolations(world, "told")));
    return {
      violations: [...new Set(violations)],
      story: world.story,
      calls: world.calls.begun,
      end: world.time.now(),
    };
  } finally {
    world.close();
  }
}

async function make(world: World, move: Move): Promise<void> {
  if (move.do !== "step") world.tell(JSON.stringify(move));
  const organization = "organization" in move ? chosen(world.organizations, move.organization) : "";
  switch (move.do) {
    case "sign-up":
      return world.signUp(move.owner, move);
    case "change":
      await world.run(
        `update public.organizations set industry = ${literal(move.text)}, region = ${literal(move.text)}
         where id = ${literal(organization)}`,
      );
      return;
    case "change-owner":
      await world.run(
        `update auth.users set raw_user_meta_data = jsonb_build_object('name', ${literal(move.text)}::text)
         where id = (select owner_id from public.organizations where id = ${literal(organization)})`,
      );
      return;
    case "delete":
      await world.run(`delete from public.organizations where id = ${literal(organization)}`);
      return;
    case "ring":
      if (organization) world.workers.ring(organization, move.version);
      return world.settle();
    case "tick":
      world.workers.tick(move.version);
      return world.settle();
    case "step":
      return world.step(move.pick, move.fault);
    case "crash": {
      const worker = chosen(world.workers.busy(), move.pick);
      if (worker !== undefined) world.workers.kill(worker);
      return world.settle();
    }
    case "time":
      return world.time.advance(move.ms, () => world.settle());
    case "stall":
      return world.time.jump(move.ms);
    case "stripe-event": {
      const event = chosen(world.account.events(), move.pick);
      return event && world.deliver(event, move.pick);
    }
    case "search-lag":
      world.account.searchLagMs = move.ms;
      return;
    case "delete-customer":
    case "strip-metadata":
      return touchCustomer(world, move.pick, move.do);
  }
}

/** What somebody does in Stripe's dashboard. */
async function touchCustomer(world: World, pick: number, what: string): Promise<void> {
  const customer = chosen(world.account.customers(), pick);
  if (!customer) return;
  await world.stripe.fetch(`http://dashboard.stripe.test/v1/customers/${customer.id}`, {
    method: what === "delete-customer" ? "DELETE" : "POST",
    headers: {
      authorization: `Bearer ${sandboxTenant.stripe.secretKey}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    ...(what === "strip-metadata" && { body: "metadata[organization_id]=" }),
  });
}

/** @returns why it does not come to rest, if it does not */
async function comeToRest(world: World): Promise<string[]> {
  world.tell("— come to rest");
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await stepAll(world);
    await world.time.advance(ROUND_MS, () => world.settle());
    await stepAll(world);
    if (world.workers.busy().length === 0 && (await isAtRest(world))) return [];
    world.tell("tick");
    world.workers.tick(round);
    await world.settle();
  }
  const jobs = await world.run(
    "select * from stripe_sync.jobs where state in ('due', 'leased', 'parked')",
  );
  return [`does not come to rest: ${JSON.stringify(jobs)}`];
}

async function stepAll(world: World): Promise<void> {
  for (let steps = 0; world.calls.open().length > 0; steps += 1) {
    if (steps > MOST_STEPS) throw new Error("The Workers call without end.");
    await world.step(0, undefined);
  }
}

async function isAtRest(world: World): Promise<boolean> {
  const [row] = await world.run<{ rest: boolean }>(`
    select not exists (select from stripe_sync.jobs where state in ('due', 'leased', 'parked'))
      and not exists (select from stripe_sync.changes)
      and not exists (
        select from public.organizations o left join stripe_sync.jobs j on j.organization_id = o.id
        where j.organization_id is null and o.stripe_customer_id is null
      ) as rest`);
  return row?.rest ?? false;
}

function chosen<Item>(items: readonly Item[], pick: number): Item | undefined {
  return items[pick % Math.max(1, items.length)];
}
