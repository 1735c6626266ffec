/** How requests reach the Worker. */
export type WorkerExposure =
  | { readonly kind: "workers.dev" }
  | { readonly kind: "domain"; readonly host: string; readonly zoneId: string }
  | { readonly kind: "route"; readonly pattern: string; readonly zoneId: string };

/** The route or domain that leads to the Worker, as the live-worker package asks for it. */
export function entranceOf(exposure: WorkerExposure) {
  switch (exposure.kind) {
    case "workers.dev":
      return {};
    case "domain":
      return { hostname: exposure.host };
    case "route":
      return { route: { zoneId: exposure.zoneId, pattern: exposure.pattern } };
  }
}
