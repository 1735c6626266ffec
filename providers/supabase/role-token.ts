import * as pulumi from "@pulumi/pulumi";

export interface RoleTokenArgs {
  /** The project's reference: 20 lowercase letters. */
  readonly projectRef: pulumi.Input<string>;
  /** The database role that a request with the token runs as; granted to `authenticator`. */
  readonly role: pulumi.Input<string>;
  /** How long the token holds, in days, at most 3650. Another value makes a new one. Default: 365. */
  readonly validityDays?: pulumi.Input<number> | undefined;
  /** How long before its end, in days, an update makes a new one. Default: 30. */
  readonly earlyRenewalDays?: pulumi.Input<number> | undefined;
  /**
   * The project's URL, with {@link publishableKey}: given, a create waits until the project's REST
   * interface accepts the token, which may take minutes on a hosted project.
   */
  readonly url?: pulumi.Input<string> | undefined;
  readonly publishableKey?: pulumi.Input<string> | undefined;
}

/**
 * A token that opens a project's REST interface as one database role and nothing else: a JWT of
 * ES256, and the signing key by which the project verifies it.
 *
 * Each token has a key of its own. The private key is made in the provider, handed to the project
 * (whose Auth never signs with it: status `previously_used`) and forgotten after the one
 * signature; it is in no state, and nobody here can sign another token with it. So the token can
 * be revoked alone, by revoking its key, and renewed only by a new resource or replacement.
 *
 * A token holds for long, because whoever uses it cannot get a new one by itself. Whoever has it
 * can do what the role may until its key is revoked or it expires: keep the role small. From
 * `earlyRenewalDays` before the end on, a refresh shows `readyForRenewal: false => true` and the
 * next update replaces key and token. A replacement revokes the old key at the end of the update;
 * to overlap for longer declare a second resource, use its token, and remove the first one later.
 *
 * A refresh reports a key that was revoked (the next update makes a new one), put to another use
 * or deleted. Deleting the resource revokes the key at once. It cannot be imported. The access
 * token needs the permissions to read and write the project's signing keys. An update that is
 * killed between making the key and saving the state leaves a key that no token goes with; it
 * opens nothing.
 *
 * @see https://supabase.com/docs/guides/auth/signing-keys
 * @example
 * const token = new supabase.RoleToken("worker", {
 *   projectRef: "abcdefghijklmnopqrst",
 *   role: "order_worker",
 * });
 * // Authorization: Bearer <token.token>, apikey: <the project's publishable key>
 */
export class RoleToken extends pulumi.CustomResource {
  declare readonly projectRef: pulumi.Output<string>;
  declare readonly role: pulumi.Output<string>;
  declare readonly validityDays: pulumi.Output<number>;
  declare readonly earlyRenewalDays: pulumi.Output<number>;
  /** The signing key's id in the Management API. */
  declare readonly keyId: pulumi.Output<string>;
  /** The signing key's id in the token's header. */
  declare readonly kid: pulumi.Output<string>;
  /** The public key's thumbprint (RFC 7638). */
  declare readonly fingerprint: pulumi.Output<string>;
  /** When the token ends: an ISO 8601 time. */
  declare readonly expiresAt: pulumi.Output<string>;
  /** The token; secret. */
  declare readonly token: pulumi.Output<string>;

  constructor(name: string, args: RoleTokenArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      validityDays: undefined,
      earlyRenewalDays: undefined,
      keyId: undefined,
      kid: undefined,
      fingerprint: undefined,
      expiresAt: undefined,
      token: undefined,
    };
    super(
      "supabase:index:RoleToken",
      name,
      { ...outputs, ...args },
      {
        ...opts,
        additionalSecretOutputs: [...(opts?.additionalSecretOutputs ?? []), "token"],
      },
    );
  }
}
