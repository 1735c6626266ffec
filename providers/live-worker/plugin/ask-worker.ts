import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { type AskedWorker, pinnedRequest } from "./pinned-request.ts";

/** What a version of the Worker says about itself, or why it does not. */
export type WorkerAnswer =
  | {
      readonly kind: "answered";
      readonly versionId: string;
      readonly fingerprints: Readonly<Record<string, string>>;
    }
  | { readonly kind: "refused" }
  | { readonly kind: "silent"; readonly reason: string };

const liveAnswer = v.object({
  nonce: v.string(),
  version: v.object({ id: v.string() }),
  fingerprints: v.record(v.string(), v.string()),
});

/** Asks a certain version of the Worker what it is. The nonce proves that no cache answered. */
export async function askWorker(
  worker: AskedWorker,
  versionId: string,
  signal?: AbortSignal,
): Promise<WorkerAnswer> {
  const nonce = randomUUID();
  const answer = await pinnedRequest(worker, versionId, `/live?nonce=${nonce}`, signal);
  if (answer.kind === "silent") return answer;
  if (answer.status === 401) return { kind: "refused" };
  if (answer.status !== 200) return silent(`it answered ${answer.status}`);
  return parsed(answer.body, nonce);
}

function parsed(body: string, nonce: string): WorkerAnswer {
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), liveAnswer), body);
  if (!answer.success) return silent("it answered /live with something else");
  if (answer.output.nonce !== nonce) return silent("a cache answered in its place");
  const { version, fingerprints } = answer.output;
  return { kind: "answered", versionId: version.id, fingerprints };
}

function silent(reason: string): WorkerAnswer {
  return { kind: "silent", reason };
}
