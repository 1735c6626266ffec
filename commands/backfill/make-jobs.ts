import type { OpenStack } from "../stack/open-stack.ts";

const ORGANIZATIONS_A_QUERY = 5_000;

/**
 * Gives every organization a job, as the Worker's pull would by and by. May be stopped at any
 * moment and begun again.
 */
export async function makeJobs({ sql }: OpenStack): Promise<void> {
  let after: string | null = null;
  do {
    const [row]: { last: string | null }[] = await sql<{ last: string | null }>(
      `select stripe_sync.backfill(nullif($1, '')::uuid, ${ORGANIZATIONS_A_QUERY}) as last`,
      [after ?? ""],
      { purpose: "make the jobs" },
    );
    after = row?.last ?? null;
  } while (after !== null);
}
