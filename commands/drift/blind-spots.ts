import type { Unseen } from "./drift-report.ts";

/** What neither the vendors' interfaces nor the Worker tell, in any look. */
export const blindSpots: readonly Unseen[] = [
  {
    what: "a Stripe signing secret that was rolled in Stripe's Dashboard",
    why: "Stripe tells it only when an endpoint is made; the Worker then refuses events, which GET /health and its log show",
  },
  {
    what: "permissions that a key or token lost",
    why: "vendors tell them only by refusing a call",
  },
  {
    what: "DNS records, firewall rules and other settings of the Cloudflare zone",
    why: "the stack does not declare them",
  },
  {
    what: "tables, policies and triggers of the application",
    why: "the stack owns only the schema stripe_sync, what is named stripe_sync_*, and its webhook",
  },
];
