/**
 * A check, as a Pulumi resource, that a Cloudflare Worker runs what the stack deployed: it fails an
 * update that did not take, and shows as drift what was deployed by other hands.
 */
export { LiveCheck, type LiveCheckArgs, type LiveVersion } from "./live-check.ts";
export { Provider, type ProviderArgs } from "./provider.ts";
