import { readFileSync } from "node:fs";
import type { ManagementApi } from "../management-api.ts";

/** An object that belongs to a schema, as `catalog.sql` finds it. */
export interface CatalogObject {
  /** Its name for people, unique: `function public.stripe_sync_claim(uuid, integer)`. */
  readonly label: string;
  /** 12 hexadecimal characters that change with its definition, owner or state. */
  readonly digest: string;
  readonly state: string | null;
  readonly replace: string | null;
  readonly remove: string | null;
}

/** Digests of objects by their labels. */
export type Objects = Readonly<Record<string, string>>;

const catalogSql = readFileSync(new URL("catalog.sql", import.meta.url), "utf8");

/** Everything that belongs to the schema at present, ordered by label. */
export function readCatalog(
  api: ManagementApi,
  projectRef: string,
  schema: string,
  signal: AbortSignal,
): Promise<CatalogObject[]> {
  return api.query<CatalogObject>(
    projectRef,
    {
      purpose: `read what belongs to the schema "${schema}"`,
      sql: catalogSql,
      parameters: [schema],
      readOnly: true,
    },
    signal,
  );
}

export function objectsOf(catalog: readonly CatalogObject[]): Objects {
  return Object.fromEntries(catalog.map(({ label, digest }) => [label, digest]));
}
