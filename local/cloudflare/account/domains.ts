import { type Account, newId } from "./account.ts";
import type { DomainRecord } from "./account-state.ts";
import { ApiError, apiCode, invalid } from "./api-error.ts";
import { requireWorker } from "./workers.ts";

export interface DomainRequest {
  readonly hostname?: unknown;
  readonly service?: unknown;
  readonly environment?: unknown;
  readonly zone_id?: unknown;
  readonly zone_name?: unknown;
}

/**
 * Attaches a host name to a Worker; one that is attached already goes over to it and keeps its id.
 *
 * @throws ApiError 400 outside of the account's zone, 404 for an unknown Worker
 */
export function putDomain(account: Account, request: DomainRequest): DomainRecord {
  const { zoneId, zoneName } = account.tenant;
  const { hostname, service } = request;
  if (typeof hostname !== "string" || hostname === "") throw invalid("`hostname` is missing.");
  if (typeof service !== "string" || service === "") throw invalid("`service` is missing.");
  if ((request.zone_id ?? zoneId) !== zoneId || (request.zone_name ?? zoneName) !== zoneName) {
    throw invalid(`The zone of ${hostname} is not one of this account.`);
  }
  if (hostname !== zoneName && !hostname.endsWith(`.${zoneName}`)) {
    throw invalid(`The host name ${hostname} is not within the zone ${zoneName}.`);
  }
  const worker = requireWorker(account, service);
  const known = account.state.domains.find((domain) => domain.hostname === hostname);
  const domain: DomainRecord = {
    id: known?.id ?? newId(),
    hostname,
    service: worker.name,
    environment: "production",
    zone_id: zoneId,
    zone_name: zoneName,
    cert_id: known?.cert_id ?? newId(),
  };
  account.state.domains = [...account.state.domains.filter(({ id }) => id !== domain.id), domain];
  return domain;
}

export function deleteDomain(account: Account, domain: DomainRecord): void {
  account.state.domains = account.state.domains.filter(({ id }) => id !== domain.id);
}

/** @throws ApiError 404 */
export function requireDomain(account: Account, id: string): DomainRecord {
  const found = account.state.domains.find((domain) => domain.id === id);
  if (found) return found;
  throw new ApiError(404, apiCode.domainNotFound, `Domain ${id} could not be found.`);
}
