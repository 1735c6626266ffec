import type { Check } from "../check.ts";
import { clock } from "./clock.ts";
import { cloudflareToken } from "./cloudflare-token.ts";
import { cloudflareZone } from "./cloudflare-zone.ts";
import { drift } from "./drift.ts";
import { extensions } from "./extensions.ts";
import { lastEvents } from "./last-events.ts";
import { settings } from "./settings.ts";
import { stripeEndpoint } from "./stripe-endpoint.ts";
import { stripeKey } from "./stripe-key.ts";
import { stripeWorkerKey } from "./stripe-worker-key.ts";
import { supabaseProject } from "./supabase-project.ts";
import { webhookBell } from "./webhook-bell.ts";
import { webhookDoor } from "./webhook-door.ts";
import { worker } from "./worker.ts";

/** What the settings alone open: ids, keys and tokens, before anything is deployed. */
export const credentialChecks: readonly Check[] = [
  cloudflareToken,
  cloudflareZone,
  supabaseProject,
  stripeKey,
  stripeWorkerKey,
];

/** Everything, from what must be right first to what only then can be. */
export const allChecks: readonly Check[] = [
  settings,
  clock,
  ...credentialChecks,
  extensions,
  worker,
  webhookDoor,
  webhookBell,
  stripeEndpoint,
  lastEvents,
  drift,
];
