import * as pulumi from "@pulumi/pulumi";
import {
  type FindWorkerResult,
  findWorker,
  type Provider,
} from "@stripe-customer-sync/live-worker";
import { entranceOf, type WorkerExposure } from "./worker-exposure.ts";

/** A Worker that a stack is about to declare. */
export interface WantedWorker {
  readonly accountId: string;
  readonly name: string;
  readonly exposure: WorkerExposure;
  /** The tag that the stack puts on its Worker; see {@link ownerTag}. */
  readonly tag: string;
}

/**
 * What the stack made before and its state has forgotten: ids as the official provider imports
 * them. Absent: to be made, or in the state.
 */
export interface WorkerLeftovers {
  readonly worker?: string;
  readonly route?: string;
  readonly domain?: string;
}

const WORKER = "cloudflare:index/worker:Worker";
const ROUTE = "cloudflare:index/workersRoute:WorkersRoute";
const DOMAIN = "cloudflare:index/workersCustomDomain:WorkersCustomDomain";

/**
 * Looks for what an update would collide with because the state was lost. Asks nothing of the
 * cloud while the state knows the Worker and what leads to it.
 *
 * @param known types of the resources in the stack's state
 * @throws pulumi.RunError for a Worker, route or domain of somebody else: nothing is taken over
 */
export async function workerLeftovers(
  wanted: WantedWorker,
  known: ReadonlySet<string>,
  provider: Provider,
): Promise<WorkerLeftovers> {
  const { accountId, name, exposure } = wanted;
  const isComplete =
    known.has(WORKER) &&
    (exposure.kind !== "route" || known.has(ROUTE)) &&
    (exposure.kind !== "domain" || known.has(DOMAIN));
  if (isComplete) return {};
  const found = await findWorker(
    { accountId, workerName: name, ...entranceOf(exposure) },
    { provider },
  );
  return ownLeftovers(wanted, known, found);
}

/** The tag by which a stack knows its own Worker again without a state. */
export function ownerTag(stack: string): string {
  return `stripe-customer-sync/${stack}`;
}

/** Of what was found, what is the stack's own and not in its state. */
export function ownLeftovers(
  wanted: WantedWorker,
  known: ReadonlySet<string>,
  found: FindWorkerResult,
): WorkerLeftovers {
  const { accountId, name, exposure, tag } = wanted;
  const worker = known.has(WORKER) ? undefined : found.worker;
  const route = known.has(ROUTE) ? undefined : found.route;
  const domain = known.has(DOMAIN) ? undefined : found.domain;
  if (worker !== undefined && !worker.tags.includes(tag)) {
    const tags = worker.tags.length > 0 ? `the tags ${worker.tags.join(", ")}` : "no tags";
    throw refusal(
      `the Worker ${name} in Cloudflare account ${accountId} exists and is not of this stack: it has ${tags}, not ${tag}`,
      "Choose another workerName, or delete that Worker",
    );
  }
  if (route !== undefined && route.script !== name) {
    throw refusal(
      `the route ${exposure.kind === "route" ? exposure.pattern : ""} exists and leads to ${route.script === undefined ? "no Worker" : `the Worker ${route.script}`}`,
      "Choose another route, or delete that one",
    );
  }
  if (domain !== undefined && domain.service !== name) {
    throw refusal(
      `the domain ${exposure.kind === "domain" ? exposure.host : ""} belongs to the Worker ${domain.service}`,
      "Choose another domain, or detach that one",
    );
  }
  const zoneId = exposure.kind === "workers.dev" ? "" : exposure.zoneId;
  return {
    ...(worker && { worker: `${accountId}/${worker.id}` }),
    ...(route && { route: `${zoneId}/${route.id}` }),
    ...(domain && { domain: `${accountId}/${domain.id}` }),
  };
}

function refusal(what: string, wayOut: string): pulumi.RunError {
  return new pulumi.RunError(`Refused to take over: ${what}. ${wayOut}; nothing was changed.`);
}
