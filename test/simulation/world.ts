import Stripe from "stripe";
import { createStripe, type InProcessStripe } from "../../local/stripe/index.ts";
import { sandboxTenant } from "../../local/tenants.ts";
import { recordSaid } from "../nothing-out/record.ts";
import { testBindings } from "../worker/bindings.ts";
import { Calls } from "./calls.ts";
import type { Fault } from "./fault.ts";
import { randomNumbers } from "./random-numbers.ts";
import { signOnThisThread } from "./signing.ts";
import { literal, type SimulatedDatabase } from "./simulated-database.ts";
import { installVirtualTime, type VirtualTime } from "./virtual-time.ts";
import { type WorkerVersion, workerVersions } from "./worker-versions.ts";
import { Workers } from "./workers.ts";

/** Turns of the event loop without a call or an end, after which all that runs waits for an answer. */
const QUIET_TURNS = 4;

/** What a call takes, in milliseconds. */
const CALL_MS = 20;

/** Organizations, Workers and both clouds in a time of their own. */
export class World {
  readonly database: SimulatedDatabase;
  readonly stripe: InProcessStripe;
  readonly calls: Calls;
  readonly workers: Workers;
  readonly time: VirtualTime;
  /** What happened, for whoever has to understand a failure. */
  readonly story: string[] = [];
  /** Every organization that ever was. */
  readonly organizations: string[] = [];
  readonly #random: () => number;
  readonly #signAsBefore = signOnThisThread();
  readonly #console = { info: console.info, warn: console.warn, error: console.error };

  private constructor(
    database: SimulatedDatabase,
    stripe: InProcessStripe,
    time: VirtualTime,
    random: () => number,
    versions: readonly WorkerVersion[],
  ) {
    this.database = database;
    this.stripe = stripe;
    this.time = time;
    this.#random = random;
    this.workers = new Workers(versions);
    this.calls = new Calls({
      database,
      stripe,
      now: time.now,
      isAlive: (worker) => this.workers.isAlive(worker),
    });
    this.workers.use(this.calls);
    for (const level of ["info", "warn", "error"] as const) {
      console[level] = (line: unknown) => {
        recordSaid("Worker log", String(line));
        this.tell(`    log ${String(line)}`);
      };
    }
  }

  /** @param start milliseconds since 1970; later than the end of every earlier world here */
  static async create(database: SimulatedDatabase, seed: number, start: number): Promise<World> {
    await database.empty(start);
    const random = randomNumbers(seed);
    const versions = await workerVersions();
    const time = installVirtualTime(start);
    const stripe = await createStripe({
      tenants: [sandboxTenant.stripe],
      runtime: { now: time.now, random },
    });
    return new World(database, stripe, time, random, versions);
  }

  get account() {
    return this.stripe.account(sandboxTenant.stripe.accountId);
  }

  tell(line: string): void {
    this.story.push(`${new Date(this.time.now()).toISOString().slice(5, 23)} ${line}`);
  }

  /** Runs a statement of the application. */
  run<Row = Record<string, unknown>>(statement: string): Promise<Row[]> {
    return this.database.run<Row>(this.time.now(), statement);
  }

  /** A person's organization, in one transaction as a sign-up makes it. */
  async signUp(
    owner: number,
    { trigger, older }: { readonly trigger: boolean; readonly older: boolean },
  ): Promise<void> {
    const id = this.#uuid();
    const person = `00000000-0000-4000-8000-00000000000${owner}`;
    this.organizations.push(id);
    const metadata = { name: `Person ${owner}`, region: "eu-west" };
    const role = trigger ? "origin" : "replica";
    await this.run(`
      set session_replication_role = replica;
      insert into auth.users (id, email, raw_user_meta_data)
        values (${literal(person)}, 'person-${owner}@example.com', ${literal(metadata)})
        on conflict do nothing;
      set session_replication_role = ${role};
      insert into public.organizations (id, name, industry, owner_id)
        values (${literal(id)}, 'Organization ${this.organizations.length}', 'testing', ${literal(person)});
      set session_replication_role = origin;`);
    if (older && !trigger) await this.makeCustomer(id, `person-${owner}@example.com`);
  }

  /** What a tool did that kept the customers before the sync. */
  async makeCustomer(organization: string, email: string): Promise<void> {
    await this.stripe.fetch("http://older-tool.stripe.test/v1/customers", {
      method: "POST",
      headers: {
        authorization: `Bearer ${sandboxTenant.stripe.secretKey}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ email, "metadata[organization_id]": organization }).toString(),
    });
  }

  /** Lets one call come to its end, and everything that follows from it up to the next calls. */
  async step(index: number, fault: Fault | undefined): Promise<void> {
    const open = this.calls.open();
    const call = open[index % Math.max(1, open.length)];
    if (!call) return;
    this.tell(`  w${call.worker} ${call.what} ${fault ? JSON.stringify(fault) : ""}`);
    await this.calls.perform(call, fault);
    await this.settle();
    await this.time.advance(CALL_MS, () => this.settle());
  }

  /** An event of Stripe arrives, signed now. */
  async deliver(
    event: { readonly id: string; readonly type: string },
    version: number,
  ): Promise<void> {
    this.tell(`event ${event.type} ${event.id}`);
    const payload = JSON.stringify(event);
    const signature = await Stripe.webhooks.generateTestHeaderStringAsync({
      payload,
      secret: testBindings.STRIPE_WEBHOOK_SECRET,
      timestamp: Math.floor(this.time.now() / 1000),
    });
    this.workers.stripeEvent(payload, signature, version);
    await this.settle();
  }

  /** Waits until every Worker waits for the world. */
  async settle(): Promise<void> {
    for (let quiet = 0, seen = -1; quiet < QUIET_TURNS; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const progress = this.calls.begun + this.workers.gone;
      quiet = progress === seen ? quiet + 1 : 0;
      seen = progress;
    }
  }

  /** Takes the world down: the process has its own time and network again. */
  close(): void {
    for (const worker of this.workers.busy()) this.workers.kill(worker);
    this.calls.close();
    this.time.uninstall();
    this.#signAsBefore();
    Object.assign(console, this.#console);
  }

  #uuid(): string {
    const digits = (length: number) =>
      Array.from({ length }, () => Math.floor(this.#random() * 16).toString(16)).join("");
    return `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`;
  }
}
