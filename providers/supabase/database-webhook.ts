import * as pulumi from "@pulumi/pulumi";

export interface DatabaseWebhookArgs {
  /** The project's reference: 20 lowercase letters. */
  readonly projectRef: pulumi.Input<string>;
  /** At most 54 ASCII characters; the triggers are `<name>_insert`, `<name>_update`, `<name>_delete`. */
  readonly name: pulumi.Input<string>;
  /** Schema of the table. Default: `public`. */
  readonly schema?: pulumi.Input<string> | undefined;
  /** The table; it needs a column `id`. */
  readonly table: pulumi.Input<string>;
  readonly events: pulumi.Input<pulumi.Input<"INSERT" | "UPDATE" | "DELETE">[]>;
  /** Where to ring: https, or http on the machine itself. */
  readonly url: pulumi.Input<string>;
  /** Name of the Vault secret that is sent as the bearer token; read at each ring. */
  readonly secretName: pulumi.Input<string>;
  /** How long pg_net waits for the answer, in ms, which holds up nobody else. Default: 5000. */
  readonly timeoutMs?: pulumi.Input<number> | undefined;
  /** An update of nothing but these columns does not ring. Default: none. */
  readonly ignoredColumns?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Default: true. */
  readonly enabled?: pulumi.Input<boolean> | undefined;
  /**
   * Triggers of other webhooks that may stand on the table. A refresh names all others, and the
   * next update drops those that it named. Default: none.
   */
  readonly foreignWebhooks?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/**
 * A doorbell on a table: after the commit of a statement, pg_net posts for each of its rows
 *
 *     {"type": "INSERT", "table": …, "schema": …, "record": {"id": …}, "old_record": null}
 *
 * which is the payload of Supabase's own webhooks without any column but `id` (DELETE: in
 * `old_record`). It may be lost and it rings for at most 20 rows of a statement; so somebody must
 * look for the rest. In return the statement never fails and never waits because of it, be pg_net
 * or Vault missing, broken or locked; and no secret stands in the triggers' definition.
 *
 * The triggers call a function in the schema `pulumi_supabase`, which no other role may use.
 *
 * @example
 * new supabase.DatabaseWebhook("orders", {
 *   projectRef: "abcdefghijklmnopqrst",
 *   name: "orders_to_worker",
 *   table: "orders",
 *   events: ["INSERT", "UPDATE"],
 *   ignoredColumns: ["synced_at"],
 *   url: "https://worker.example.com/webhooks/orders",
 *   secretName: token.name,
 * });
 */
export class DatabaseWebhook extends pulumi.CustomResource {
  declare readonly projectRef: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  declare readonly schema: pulumi.Output<string>;
  declare readonly table: pulumi.Output<string>;
  declare readonly events: pulumi.Output<string[]>;
  declare readonly url: pulumi.Output<string>;
  declare readonly secretName: pulumi.Output<string>;
  declare readonly timeoutMs: pulumi.Output<number>;
  declare readonly ignoredColumns: pulumi.Output<string[]>;
  declare readonly enabled: pulumi.Output<boolean>;
  /** The function that the triggers call. */
  declare readonly function: pulumi.Output<string>;
  /** Whether the extension pg_net is there; without it the webhook is silent. */
  declare readonly netAvailable: pulumi.Output<boolean>;

  constructor(name: string, args: DatabaseWebhookArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      schema: undefined,
      timeoutMs: undefined,
      ignoredColumns: undefined,
      enabled: undefined,
      function: undefined,
      netAvailable: undefined,
    };
    super("supabase:index:DatabaseWebhook", name, { ...outputs, ...args }, opts);
  }

  /** The webhook of another stack or of nobody; its id: `<projectRef>/<schema>/<table>/<name>`. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: pulumi.CustomResourceOptions,
  ): DatabaseWebhook {
    return new DatabaseWebhook(name, {} as DatabaseWebhookArgs, { ...opts, id });
  }
}
