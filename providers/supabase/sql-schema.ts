import * as pulumi from "@pulumi/pulumi";

/** One part of a schema's definition. */
export interface SqlScript {
  /** Names the script in errors and diffs. */
  readonly name: pulumi.Input<string>;
  /** Statements that may be run again at any time; no `begin` or `commit` among them. */
  readonly sql: pulumi.Input<string>;
}

export interface SqlSchemaArgs {
  /** The project's reference: 20 lowercase letters. */
  readonly projectRef: pulumi.Input<string>;
  /**
   * The schema's name. The resource watches over everything in this schema, and over everything
   * elsewhere (functions, triggers, tables, columns, constraints, policies, roles) whose name
   * begins with `<schema>_`.
   */
  readonly schema: pulumi.Input<string>;
  /** Run in this order, all in one transaction, at creation and at each update. */
  readonly scripts: pulumi.Input<pulumi.Input<SqlScript>[]>;
  /** Run when the resource is deleted, in one transaction; may find half of it gone already. */
  readonly uninstall: pulumi.Input<string>;
}

/**
 * A database schema that SQL scripts define.
 *
 * A refresh compares the definition, owner and grants of every object with what the scripts left
 * there, and names what differs in `drift`; the rows of its tables do not count. An update runs
 * the scripts again, after it has removed what was added and what was changed. It removes no
 * column and no table with rows: such drift fails the update by its name.
 *
 * @example
 * new supabase.SqlSchema("audit", {
 *   projectRef: "abcdefghijklmnopqrst",
 *   schema: "audit",
 *   scripts: [
 *     { name: "tables", sql: "create schema if not exists audit; create table if not exists audit.log (…);" },
 *   ],
 *   uninstall: "drop schema if exists audit cascade",
 * });
 */
export class SqlSchema extends pulumi.CustomResource {
  declare readonly projectRef: pulumi.Output<string>;
  declare readonly schema: pulumi.Output<string>;
  /** Of the scripts: 12 hexadecimal characters. */
  declare readonly digest: pulumi.Output<string>;
  /** Every object by its name, with a digest of 12 hexadecimal characters. */
  declare readonly objects: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: SqlSchemaArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "supabase:index:SqlSchema",
      name,
      { digest: undefined, objects: undefined, ...args },
      opts,
    );
  }

  /** The schema of another stack or of nobody; its id reads `<projectRef>/<schema>`. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: pulumi.CustomResourceOptions,
  ): SqlSchema {
    return new SqlSchema(name, {} as SqlSchemaArgs, { ...opts, id });
  }
}
