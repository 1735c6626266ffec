import * as v from "valibot";
import { supabaseApi } from "../apis.ts";
import { askVendor, bearer } from "../ask.ts";
import { check } from "../check.ts";
import { type Finding, fine, wrong } from "../finding.ts";
import { askDatabase } from "./ask-database.ts";

const project = v.object({ status: v.string() });

/** Whether the access token is accepted, the project runs, and SQL may be run on it. */
export const supabaseProject = check({
  name: "Supabase project",
  needs: ["supabase:accessToken", "supabaseProjectRef"],
  look: async (settings, patient) => {
    const ref = settings.supabaseProjectRef;
    const { status, body } = await askVendor({
      whom: "the Supabase Management API",
      url: `${supabaseApi(patient.values)}/v1/projects/${ref}`,
      headers: bearer(settings["supabase:accessToken"]),
    });
    const refusal = refused(status, ref, patient);
    if (refusal !== undefined) return [refusal];
    const state = v.safeParse(project, body);
    if (state.success && !state.output.status.startsWith("ACTIVE")) {
      return [
        wrong(
          `Project ${ref} does not run: Supabase says ${state.output.status}.`,
          "A paused project is restored from its page in the dashboard; jobs that wait then go on by themselves.",
        ),
      ];
    }
    await askDatabase(patient, "select 1 as one");
    return [fine(`The token is accepted, project ${ref} runs, and SQL may be run on it.`)];
  },
});

function refused(
  status: number,
  ref: string,
  { engine, stack }: { engine: { command: string }; stack: string },
): Finding | undefined {
  if (status === 200) return undefined;
  if (status === 401) {
    return wrong(
      "Supabase does not accept the token in supabase:accessToken: it was deleted, has expired or is mistyped.",
      `Make one at https://supabase.com/dashboard/account/tokens, then: ${engine.command} config set --secret supabase:accessToken -s ${stack}`,
    );
  }
  return wrong(
    `The access token does not reach project ${ref} (answer ${status}): supabaseProjectRef is mistyped, or the token's account is no member of the project's organization.`,
    "Compare the reference with the project's settings page, and who the token belongs to.",
  );
}
