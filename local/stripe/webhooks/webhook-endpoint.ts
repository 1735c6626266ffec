import type { Metadata } from "../form/read-metadata.ts";

/** A webhook endpoint with its secret, which only the answer to its creation shows. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly object: "webhook_endpoint";
  readonly api_version: string | null;
  readonly application: null;
  /** Unix time in seconds. */
  readonly created: number;
  readonly description: string | null;
  readonly enabled_events: readonly string[];
  readonly livemode: boolean;
  readonly metadata: Metadata;
  readonly secret: string;
  readonly status: "enabled" | "disabled";
  readonly url: string;
}

export function withoutSecret(endpoint: WebhookEndpoint): Omit<WebhookEndpoint, "secret"> {
  const { secret: _, ...shown } = endpoint;
  return shown;
}

/** Whether an endpoint asked for events of a type. */
export function listensTo({ status, enabled_events }: WebhookEndpoint, type: string): boolean {
  return status === "enabled" && (enabled_events.includes("*") || enabled_events.includes(type));
}
