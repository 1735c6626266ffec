import type { StackEngine } from "../engine/engine-of-stack.ts";
import type { Finding } from "../plan/findings.ts";

const LIVE_CHECK = "live-worker:index:LiveCheck";
const WORKER_VERSION = "cloudflare:index/workerVersion:WorkerVersion";
const DEPLOYMENT = "cloudflare:index/workersDeployment:WorkersDeployment";
const CRON_TRIGGER = "cloudflare:index/workersCronTrigger:WorkersCronTrigger";

/**
 * The command that puts everything back. `--refresh` lets the update see what was changed; what
 * the Cloudflare provider does not see in a refresh (a newer deployment, other secrets, another
 * schedule: only the live check does) is made anew by `--replace`.
 *
 * @param urns of every resource of the stack
 */
export function repairCommands(
  engine: Pick<StackEngine, "stack" | "command">,
  drift: readonly Finding[],
  undeployed: readonly Finding[],
  urns: readonly string[],
): string[] {
  const up = `${engine.command} up -s ${engine.stack}`;
  if (drift.length === 0) return undeployed.length === 0 ? [] : [up];
  const replaced = replacedTypes(drift).flatMap((type) =>
    urns.filter((urn) => urn.split("::")[2]?.split("$").at(-1) === type),
  );
  return [[up, "--refresh", ...replaced.map((urn) => `--replace '${urn}'`)].join(" ")];
}

function replacedTypes(drift: readonly Finding[]): string[] {
  const properties = drift
    .filter(({ type, change }) => type === LIVE_CHECK && change === "changed")
    .flatMap((finding) => finding.properties.map(({ path }) => path));
  const differs = (...names: string[]) =>
    properties.some((path) => names.some((name) => path.startsWith(name)));
  return [
    // The version, so that the newest one is live and wrangler may change its secrets; the
    // deployment, because a pinned version stays the same.
    ...(differs("versions", "fingerprints", "bindingNames") ? [WORKER_VERSION, DEPLOYMENT] : []),
    ...(differs("schedules") ? [CRON_TRIGGER] : []),
  ];
}
