import * as pulumi from "@pulumi/pulumi";

export interface PromotionArgs {
  /** The stack that must run the bundle already. */
  readonly from: string;
  readonly bundleDigest: string;
  /** Whether the operator goes on although `from` does not run it. */
  readonly allowUnstagedBundle: boolean;
  /** Why the bundle must not go on, where that is so. */
  readonly problem?: string;
}

/**
 * Says, among a stack's resources, which bundle is promoted from where: what a reviewer reads in
 * the preview and what the policy judges before anything else is declared. It makes nothing.
 */
export class Promotion extends pulumi.ComponentResource {
  constructor(name: string, args: PromotionArgs) {
    super("stripe-customer-sync:index:Promotion", name, { ...args });
    this.registerOutputs();
  }
}
