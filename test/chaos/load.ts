import { setTimeout as sleep } from "node:timers/promises";
import type { ImmortalCloud } from "./immortal-cloud.ts";

/** What was promised to those who made organizations. */
export interface Acknowledged {
  /** Organizations whose transaction was answered with COMMIT. */
  readonly organizations: string[];
  /** People whose sign-up Supabase Auth answered with 200. */
  readonly people: string[];
}

export interface Load {
  readonly acknowledged: Acknowledged;
  /** Ends when what is under way has been answered or has failed. */
  stop(): Promise<void>;
}

const BETWEEN_TRANSACTIONS_MS = 90;
const BETWEEN_SIGN_UPS_MS = 400;
/** After a failure, so that a cloud that is down is not asked in a tight loop. */
const AFTER_FAILURE_MS = 30;
const ANSWER_LIMIT_MS = 5_000;

/**
 * Steady sign-ups: transactions of one or two organizations through SQL, and people through
 * Auth. What fails is forgotten, because nobody was promised anything.
 */
export function startLoad(
  cloud: ImmortalCloud,
  auth: { readonly url: string; readonly key: string },
): Load {
  const acknowledged: Acknowledged = { organizations: [], people: [] };
  let stopped = false;
  let count = 0;

  const insert = async () => {
    const sql = cloud.sql;
    if (!sql) throw new Error("There is no cloud now.");
    count += 1;
    const names = count % 3 === 0 ? [`Pair ${count} A`, `Pair ${count} B`] : [`Single ${count}`];
    const made = await sql.begin((transaction) =>
      Promise.all(
        names.map(async (name) => {
          const [row] = await transaction<{ id: string }[]>`
            insert into public.organizations (name) values (${name}) returning id`;
          return row?.id ?? "";
        }),
      ),
    );
    acknowledged.organizations.push(...made);
  };
  const signUp = async () => {
    count += 1;
    const answer = await fetch(`${auth.url}/auth/v1/signup`, {
      method: "POST",
      headers: { apikey: auth.key, "content-type": "application/json" },
      body: JSON.stringify({
        email: `person-${count}@example.com`,
        password: "fake-password-of-a-test",
        data: { name: `Person ${count}`, organization: `Signed up ${count}` },
      }),
    });
    if (answer.status !== 200) throw new Error(await answer.text());
    const { user } = (await answer.json()) as { user: { id: string } };
    acknowledged.people.push(user.id);
  };
  const again = async (work: () => Promise<void>, pauseMs: number) => {
    while (!stopped) {
      const failed = await Promise.race([work(), giveUp()]).then(
        () => false,
        () => true,
      );
      await sleep(failed ? AFTER_FAILURE_MS : pauseMs);
    }
  };
  const working = [again(insert, BETWEEN_TRANSACTIONS_MS), again(signUp, BETWEEN_SIGN_UPS_MS)];
  return {
    acknowledged,
    stop: async () => {
      stopped = true;
      await Promise.all(working);
    },
  };
}

async function giveUp(): Promise<never> {
  await sleep(ANSWER_LIMIT_MS, undefined, { ref: false });
  throw new Error("no answer");
}
