import { type Account, newUuid, now } from "./account.ts";
import type { DeploymentRecord, WorkerRecord } from "./account-state.ts";
import { ApiError, apiCode, invalid } from "./api-error.ts";
import { type Origin, requireVersion } from "./versions.ts";

export interface DeploymentRequest {
  readonly strategy?: unknown;
  readonly versions?: unknown;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/**
 * Makes versions live, each for its share of the requests.
 *
 * @throws ApiError 400 when the percentages are not 100 in all, 404 for an unknown version
 */
export function deploy(
  account: Account,
  worker: WorkerRecord,
  request: DeploymentRequest,
  origin: Origin,
): DeploymentRecord {
  if (request.strategy !== "percentage") throw invalid('`strategy` must be "percentage".');
  const versions = readShares(request.versions);
  for (const { version_id } of versions) requireVersion(worker, version_id);
  const created = now();
  const deployment: DeploymentRecord = {
    id: newUuid(),
    created_on: created,
    source: origin.source,
    strategy: "percentage",
    author_email: authorEmail(account),
    annotations: { ...request.annotations, "workers/triggered_by": origin.triggeredBy },
    versions,
  };
  worker.deployments.unshift(deployment);
  worker.deployed_on = created;
  return deployment;
}

/** Makes one version live for every request. */
export function deployWholly(
  account: Account,
  worker: WorkerRecord,
  versionId: string,
  origin: Origin,
): DeploymentRecord {
  const versions = [{ version_id: versionId, percentage: 100 }];
  return deploy(account, worker, { strategy: "percentage", versions }, origin);
}

/** @throws ApiError 404 */
export function requireDeployment(worker: WorkerRecord, id: string): DeploymentRecord {
  const found = worker.deployments.find((deployment) => deployment.id === id);
  if (found) return found;
  throw new ApiError(404, apiCode.deploymentNotFound, `Deployment ${id} could not be found.`);
}

/** Shown as the author of versions and deployments. */
export function authorEmail(account: Account): string {
  return `${account.tenant.workersDevSubdomain}@example.com`;
}

function readShares(value: unknown): DeploymentRecord["versions"] {
  if (!Array.isArray(value) || value.length === 0) throw invalid("`versions` must not be empty.");
  const shares = value.map((share: Record<string, unknown> | null) => {
    const { version_id, percentage } = share ?? {};
    if (typeof version_id !== "string" || typeof percentage !== "number") {
      throw invalid("Each of `versions` must have a `version_id` and a `percentage`.");
    }
    if (percentage < 0 || percentage > 100) throw invalid("A percentage is from 0 to 100.");
    return { percentage, version_id };
  });
  const total = shares.reduce((sum, { percentage }) => sum + percentage, 0);
  if (Math.abs(total - 100) > 0.01) {
    throw invalid(`The percentages of a deployment must be 100 in all, not ${total}.`);
  }
  return shares;
}
