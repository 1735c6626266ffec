import * as pulumi from "@pulumi/pulumi";

export type GetAccountResult = {
  /** `acct_…`. */
  readonly id: string;
  /** Whether the key works on live data, where customers are charged. */
  readonly livemode: boolean;
  /** Name in the Dashboard; undefined for a restricted key that may not read it. */
  readonly displayName?: string;
};

/**
 * The account and the mode that the provider's key belongs to: what a stack compares with the
 * account it expects before it changes anything.
 */
export function getAccount(opts?: pulumi.InvokeOptions): Promise<GetAccountResult> {
  return pulumi.runtime.invoke("stripe:index:getAccount", {}, opts ?? {});
}
