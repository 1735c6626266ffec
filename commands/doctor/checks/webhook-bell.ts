import { check } from "../check.ts";
import { doubtful, type Finding, fine, wrong } from "../finding.ts";
import { askDatabase } from "./ask-database.ts";

interface Trigger {
  readonly tgname: string;
  readonly tgenabled: string;
}

interface Sent {
  /** HTTP status of the last answer; null when there was none. */
  readonly status: number | null;
  readonly failed: number;
  readonly sent: number;
}

const TRIGGERS = `
  select tgname, tgenabled from pg_trigger
  where tgrelid = to_regclass('public.organizations')
    and tgname like 'organizations_stripe_customer_sync%'`;

/** pg_net keeps its answers for six hours. */
const SENT = `
  select (array_agg(status_code order by created desc))[1] as status,
    count(*) filter (where status_code is null or status_code >= 300)::integer as failed,
    count(*)::integer as sent
  from net._http_response where created > now() - interval '1 hour'`;

/** Whether the database rings at all, and what it heard when it last did. */
export const webhookBell = check({
  name: "Webhook, bell",
  needs: ["supabase:accessToken", "supabaseProjectRef"],
  look: async (_, patient) => {
    const repair = `${patient.engine.command} up -s ${patient.stack} --refresh`;
    const triggers = await askDatabase<Trigger>(patient, TRIGGERS);
    if (triggers.length === 0) {
      return [
        wrong(
          "Nothing on public.organizations rings for the Worker: the webhook was never made, or was dropped.",
          repair,
        ),
      ];
    }
    const disabled = triggers.filter(({ tgenabled }) => tgenabled === "D");
    if (disabled.length > 0) {
      const names = disabled.map(({ tgname }) => tgname).join(", ");
      return [wrong(`The webhook's trigger is disabled: ${names}.`, repair)];
    }
    return [await lastSent(patient)];
  },
});

async function lastSent(patient: Parameters<typeof askDatabase>[0]): Promise<Finding> {
  const known = await askDatabase<{ here: boolean }>(
    patient,
    "select to_regclass('net._http_response') is not null as here",
  );
  const [sent] = known[0]?.here ? await askDatabase<Sent>(patient, SENT) : [];
  if (sent === undefined || sent.sent === 0) {
    return fine("The database's webhook is enabled; it has rung nobody within the last hour.");
  }
  if (sent.failed === 0) {
    return fine(`The database's webhook is enabled and rang ${times(sent.sent)} in the last hour.`);
  }
  const last = sent.status === null ? "no answer" : `answer ${sent.status}`;
  return doubtful(
    `${sent.failed} of the database's ${sent.sent} calls in the last hour failed; the last one got ${last}.`,
    "Runbook: docs/runbooks/webhook-silent.md",
  );
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
