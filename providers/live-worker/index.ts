/**
 * How a version of a Cloudflare Worker becomes live, and whether it is: a rollout that tries a
 * version out before it gets requests, and a check that fails an update which did not take and
 * shows as drift what was deployed by other hands.
 */
export { type FindWorkerArgs, type FindWorkerResult, findWorker } from "./find-worker.ts";
export { LiveCheck, type LiveCheckArgs, type LiveVersion } from "./live-check.ts";
export { Provider, type ProviderArgs } from "./provider.ts";
export { Rollout, type RolloutArgs } from "./rollout.ts";
