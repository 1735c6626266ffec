import { check } from "../check.ts";
import { doubtful, type Finding, fine, wrong } from "../finding.ts";
import { askDatabase } from "./ask-database.ts";

/** Whether the database has what the webhook is made of: pg_net and Vault. */
export const extensions = check({
  name: "Extensions",
  needs: ["supabase:accessToken", "supabaseProjectRef"],
  look: async (_, patient) => {
    const rows = await askDatabase<{ extname: string }>(
      patient,
      "select extname from pg_extension where extname in ('pg_net', 'supabase_vault')",
    );
    const present = new Set(rows.map(({ extname }) => extname));
    const findings: Finding[] = [];
    if (!present.has("pg_net")) {
      findings.push(
        doubtful(
          "pg_net is not enabled: the webhook cannot ring, and organizations are linked by the pull, up to a minute later.",
          "In the dashboard's SQL editor: create extension pg_net;",
        ),
      );
    }
    if (!present.has("supabase_vault")) {
      findings.push(
        wrong(
          "Vault is not enabled: the webhook's token has nowhere to stand, so that the webhook does not ring and an update fails.",
          `In the dashboard's SQL editor: create extension supabase_vault; then: ${patient.engine.command} up -s ${patient.stack} --refresh`,
        ),
      );
    }
    return findings.length > 0 ? findings : [fine("pg_net and Vault are enabled.")];
  },
});
