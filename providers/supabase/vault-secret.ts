import * as pulumi from "@pulumi/pulumi";

export interface VaultSecretArgs {
  /** The project's reference: 20 lowercase letters. */
  readonly projectRef: pulumi.Input<string>;
  /** Unique in the project's Vault. Another name is another secret. */
  readonly name: pulumi.Input<string>;
  /** Stored encrypted in the state; travels as a parameter, never in SQL. */
  readonly value: pulumi.Input<string>;
  /** Shown in the dashboard. Default: empty. */
  readonly description?: pulumi.Input<string> | undefined;
  /**
   * A random text, itself secret: by it the value in Vault and the declared one are compared
   * without being shown.
   */
  readonly fingerprintKey: pulumi.Input<string>;
}

/**
 * A secret in Supabase Vault, which the database's functions read by its name.
 *
 * A secret of that name that is there already is taken over. A refresh reads the fingerprint of
 * the value (the first 16 hexadecimal characters of HMAC-SHA256(fingerprintKey, name NUL value)),
 * computed in the database: a changed value shows as `fingerprint: old => new`.
 *
 * @example
 * const token = new supabase.VaultSecret("webhook-token", {
 *   projectRef: "abcdefghijklmnopqrst",
 *   name: "orders_webhook_token",
 *   value: config.requireSecret("webhookToken"),
 *   fingerprintKey: config.requireSecret("fingerprintKey"),
 * });
 */
export class VaultSecret extends pulumi.CustomResource {
  declare readonly projectRef: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly description: pulumi.Output<string>;
  declare readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: VaultSecretArgs, opts?: pulumi.CustomResourceOptions) {
    super("supabase:index:VaultSecret", name, withSecrets(args), {
      ...opts,
      additionalSecretOutputs: [...(opts?.additionalSecretOutputs ?? []), ...SECRETS],
    });
  }

  /** The secret of another stack or of nobody; its id reads `<projectRef>/<name>`. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: pulumi.CustomResourceOptions,
  ): VaultSecret {
    return new VaultSecret(name, {} as VaultSecretArgs, { ...opts, id });
  }
}

const SECRETS = ["value", "fingerprintKey"];

function withSecrets(args: VaultSecretArgs) {
  const { value, fingerprintKey } = args;
  return {
    fingerprint: undefined,
    ...args,
    value: value === undefined ? undefined : pulumi.secret(value),
    fingerprintKey: fingerprintKey === undefined ? undefined : pulumi.secret(fingerprintKey),
  };
}
