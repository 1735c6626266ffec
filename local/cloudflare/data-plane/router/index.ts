/**
 * The one Worker that miniflare runs. It never changes, so nothing restarts when something is
 * deployed: versions are loaded beside it when their first request comes, and deployments are
 * rows in its table.
 */

export { commands as default } from "./commands.ts";
export { Outbound } from "./outbound.ts";
export { Public } from "./public.ts";
export { Tail } from "./tail.ts";
