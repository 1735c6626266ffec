import { liveTenant, sandboxTenant } from "../../../local/tenants.ts";

export const sandbox = sandboxTenant.cloudflare;
export const live = liveTenant.cloudflare;
