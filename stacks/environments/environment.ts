/** What differs between environments by design, not by account: see one file for each. */
export interface Environment {
  readonly name: "local" | "staging" | "production";
  /** Whether this environment belongs to Stripe's live mode. */
  readonly livemode: boolean;
  /** Protected resources refuse `pulumi destroy` and replacement by deletion. */
  readonly protect: boolean;
  /** The stack that must run a bundle before this environment gets it; a setting names another. */
  readonly promotedFrom: string | undefined;
  /** Share of invocations whose logs Cloudflare keeps, 0 to 1. */
  readonly observabilitySamplingRate: number;
}
