import * as v from "valibot";
import { type AskedWorker, pinnedRequest } from "./pinned-request.ts";

/** Whether a version can work: its bindings are complete and its database answers. */
export type HealthAnswer =
  | { readonly kind: "healthy"; readonly versionId: string }
  | {
      readonly kind: "failing";
      readonly reason: string;
      /** It may be otherwise in a moment. */
      readonly passing: boolean;
    };

const healthAnswer = v.object({ version: v.object({ id: v.string() }) });
const errorAnswer = v.object({ error: v.object({ code: v.string(), message: v.string() }) });

/** Statuses of a database, a platform or a network that cannot be asked now. */
const PASSING_STATUSES = new Set([429, 502, 503, 504]);

/** Asks a certain version to do what its work needs: read its settings and ask its database. */
export async function askHealth(
  worker: AskedWorker,
  versionId: string,
  signal?: AbortSignal,
): Promise<HealthAnswer> {
  const answer = await pinnedRequest(worker, versionId, "/health", signal);
  if (answer.kind === "silent") return { kind: "failing", reason: answer.reason, passing: true };
  const healthy = v.safeParse(v.pipe(v.string(), v.parseJson(), healthAnswer), answer.body);
  if (answer.status === 200 && healthy.success) {
    return { kind: "healthy", versionId: healthy.output.version.id };
  }
  const said = v.safeParse(v.pipe(v.string(), v.parseJson(), errorAnswer), answer.body);
  const words = said.success ? `: ${said.output.error.message} (${said.output.error.code})` : "";
  const passing = PASSING_STATUSES.has(answer.status);
  return { kind: "failing", reason: `it answered ${answer.status}${words}`, passing };
}
