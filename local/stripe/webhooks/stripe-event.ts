/** https://docs.stripe.com/api/events/object */
export interface StripeEvent {
  readonly id: string;
  readonly object: "event";
  readonly api_version: string;
  readonly created: number;
  readonly data: {
    readonly object: object;
    /** Of `*.updated`: the former values of what changed. */
    readonly previous_attributes?: object;
  };
  readonly livemode: boolean;
  /** Endpoints that have not taken it yet. */
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}
