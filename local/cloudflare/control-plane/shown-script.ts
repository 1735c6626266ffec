import type { WorkerRecord } from "../account/account-state.ts";

/** A Worker in the older lists, where it is called a script. */
export function shownScript(worker: WorkerRecord): Record<string, unknown> {
  const { created_on, updated_on, name, settings, versions } = worker;
  return {
    id: name,
    tag: worker.id,
    created_on,
    modified_on: updated_on,
    // wrangler puts back what it reads here.
    tags: settings.tags,
    handlers: versions.at(-1)?.handlers ?? [],
    usage_model: versions.at(-1)?.usage_model ?? "standard",
  };
}
