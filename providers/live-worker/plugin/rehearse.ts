import { setTimeout as sleep } from "node:timers/promises";
import { type Operation, UserError } from "@stripe-customer-sync/provider-kit";
import { askHealth } from "./ask-health.ts";
import { askWorker } from "./ask-worker.ts";
import type { CloudflareApi } from "./cloudflare-api.ts";
import { fingerprintDifferences, nameDifferences } from "./differences.ts";
import { leadsToWorker } from "./entrance.ts";
import type { LiveVersion } from "./live-check-inputs.ts";
import type { RolloutOutputs } from "./rollout-inputs.ts";

const pauseMilliseconds = 250;
const longestPauseMilliseconds = 3_000;
/** So often in a row a fault must be seen that does not pass of itself. */
const looks = 3;
const restoreMilliseconds = 30_000;

/**
 * Tries out the version that shall become live while another one still has every request: deploys
 * it at 0 %, where only a request that names it reaches it, and asks it. When it is not fit, the
 * deployment before is put back. Without its route or domain no version can be asked, and the one
 * before has no requests either: then the update goes on, which brings the way back.
 *
 * @param deployed the newest deployment
 * @param worker where the Worker answers now
 * @throws UserError with everything that is wrong with the version
 */
export async function rehearse(
  plan: RolloutOutputs,
  deployed: readonly LiveVersion[],
  worker: { readonly workerUrl: string },
  api: CloudflareApi,
  operation: Operation,
): Promise<void> {
  const { signal, log } = operation;
  const asked = { ...plan, ...worker };
  const isDeployed = deployed.some(({ versionId }) => versionId === plan.liveVersionId);
  await log.progress(`trying version ${plan.liveVersionId} out before it is live`);
  if (!isDeployed) await api.deploy(plan, staged(plan, deployed), signal);
  try {
    await untilFit(asked, api, operation);
  } catch (error) {
    // Also after an interruption, which has aborted the operation's own signal.
    if (!isDeployed) await api.deploy(plan, deployed, AbortSignal.timeout(restoreMilliseconds));
    throw error;
  }
}

/** Who had all requests keeps them; in the middle of a rollout that is the stable version. */
function staged(plan: RolloutOutputs, deployed: readonly LiveVersion[]): readonly LiveVersion[] {
  const [largest] = [...deployed].sort((a, b) => b.percentage - a.percentage);
  const serving = plan.stableVersionId || largest?.versionId || "";
  return [
    { versionId: serving, percentage: 100 },
    { versionId: plan.liveVersionId, percentage: 0 },
  ];
}

/** What is wrong with the version, and whether that may pass. */
type Fault = {
  readonly lines: readonly string[];
  readonly passing: boolean;
  /** It has not said what it is. */
  readonly silent: boolean;
};

async function untilFit(
  plan: RolloutOutputs,
  api: CloudflareApi,
  { signal, log }: Operation,
): Promise<void> {
  const deadline = performance.now() + plan.waitSeconds * 1_000;
  let lasting = 0;
  for (let pause = pauseMilliseconds; ; pause = Math.min(pause * 2, longestPauseMilliseconds)) {
    const fault = await faultOf(plan, api, signal);
    if (fault === undefined) return;
    lasting = fault.passing ? 0 : lasting + 1;
    if (lasting === looks || performance.now() + pause > deadline) {
      if (fault.silent && !(await leadsToWorker(plan, api, signal))) {
        await log.warning(
          `Nothing leads to the Worker at ${plan.workerUrl}: its route or domain is not there as ` +
            "declared. So its version can only be checked after it is live.",
        );
        return;
      }
      throw new UserError(
        `Version ${plan.liveVersionId} is not fit to be live. It gets no request; what was live ` +
          `before still is:\n${fault.lines.map((line) => `  - ${line}`).join("\n")}`,
      );
    }
    await sleep(pause, undefined, { signal });
  }
}

async function faultOf(
  plan: RolloutOutputs,
  api: CloudflareApi,
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const { liveVersionId: versionId } = plan;
  const [bindings, answer, health] = await Promise.all([
    api.bindingNames(plan, versionId, signal),
    askWorker(plan, versionId, signal),
    askHealth(plan, versionId, signal),
  ]);
  if (answer.kind === "answered" && answer.versionId !== versionId) {
    return passing(`version ${answer.versionId} answers in its place`);
  }
  if (health.kind === "healthy" && health.versionId !== versionId) {
    return passing(`version ${health.versionId} answers /health in its place`);
  }
  const silent = answer.kind === "silent";
  if (health.kind === "failing" && health.passing) {
    return passing(`/health: ${health.reason}`, silent);
  }
  const lines = [
    ...nameDifferences("binding", bindings ?? [], plan.liveBindingNames),
    ...(answer.kind === "answered"
      ? fingerprintDifferences(answer.fingerprints, plan.liveFingerprints)
      : []),
    ...(answer.kind === "refused" ? ["/live: it refuses the operator's token"] : []),
    ...(silent ? [`/live: ${answer.reason}`] : []),
    ...(health.kind === "failing" ? [`/health: ${health.reason}`] : []),
  ];
  return lines.length === 0 ? undefined : { lines, passing: false, silent };
}

function passing(line: string, silent = false): Fault {
  return { lines: [line], passing: true, silent };
}
