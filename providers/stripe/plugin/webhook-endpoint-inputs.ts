import {
  type CheckResult,
  checkProperties,
  list,
  optional,
  type Properties,
  record,
  text,
  url,
} from "@stripe-customer-sync/provider-kit";
import { markUrn } from "./resource-mark.ts";

/** What a program declares, with what the check adds. */
export type WebhookEndpointInputs = {
  readonly url: string;
  readonly enabledEvents: readonly string[];
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly apiVersion?: string | undefined;
  /** Always `enabled` in a program, so that a disabled endpoint is a difference. */
  readonly status: string;
};

/** https://docs.stripe.com/api/webhook_endpoints/create */
export function checkedInputs(news: Properties): CheckResult<WebhookEndpointInputs> {
  const { inputs, failures } = checkProperties(news, {
    url: url(),
    enabledEvents: list(text({ pattern: eventPattern, like: eventLike }), {
      atLeast: 1,
      distinct: true,
    }),
    description: optional(text({ atMost: 5_000 })),
    metadata: optional(record(text({ atMost: 500 }))),
    apiVersion: optional(text({ pattern: versionPattern, like: versionLike })),
  });
  return {
    inputs: { ...inputs, status: "enabled" } as WebhookEndpointInputs,
    failures: [...failures, ...metadataFailures(inputs.metadata)],
  };
}

const eventPattern = /^(?:\*|[a-z0-9_]+(?:\.[a-z0-9_]+)+)$/;
const eventLike = "an event such as customer.updated, or *";
const versionPattern = /^\d{4}-\d{2}-\d{2}(?:\.[a-z0-9_]+)?$/;
const versionLike = "an API version such as 2026-08-26.dahlia";

// https://docs.stripe.com/metadata: 50 keys, one of which is the mark.
const mostMetadataKeys = 49;
const longestMetadataKeyCharacters = 40;

function metadataFailures(metadata: unknown) {
  if (typeof metadata !== "object" || metadata === null) return [];
  const keys = Object.keys(metadata);
  const wrong = keys
    .filter((key) => key.length > longestMetadataKeyCharacters || /[[\]]/.test(key))
    .map((key) => `the key "${key}" must have at most 40 characters and no brackets`);
  if (keys.length > mostMetadataKeys) wrong.push(`must have at most ${mostMetadataKeys} keys`);
  if (keys.includes(markUrn)) wrong.push(`the key "${markUrn}" is used by the provider itself`);
  return wrong.map((fault) => ({ property: "metadata", reason: `"metadata": ${fault}` }));
}
