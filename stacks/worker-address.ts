import type { SettingValues } from "./setting-values.ts";

/** Under which name the Worker stands in its account, and where it answers. */
export interface WorkerAddress {
  readonly name: string;
  /** Without a slash at the end. */
  readonly url: string;
  readonly exposure: Exposure;
}

/** How requests reach the Worker. */
export type Exposure =
  | { readonly kind: "workers.dev"; readonly host: string }
  | { readonly kind: "domain"; readonly host: string; readonly zoneId: string }
  | {
      readonly kind: "route";
      readonly host: string;
      readonly zoneId: string;
      readonly pattern: string;
    };

export function workerAddress(values: SettingValues, stack: string): WorkerAddress {
  const name = values.workerName ?? `stripe-customer-sync-${stack}`;
  const exposure = exposureOf(values, name);
  const { workersEndpoint } = values;
  return {
    name,
    url:
      workersEndpoint === undefined
        ? `https://${exposure.host}`
        : `${workersEndpoint}/${exposure.host}`,
    exposure,
  };
}

function exposureOf(values: SettingValues, name: string): Exposure {
  const zoneId = values.cloudflareZoneId ?? "";
  if (values.domain !== undefined) return { kind: "domain", host: values.domain, zoneId };
  if (values.route !== undefined) {
    return {
      kind: "route",
      host: values.route.replace(/\/\*$/, ""),
      zoneId,
      pattern: values.route,
    };
  }
  return { kind: "workers.dev", host: `${name}.${values.workersDevSubdomain}.workers.dev` };
}
