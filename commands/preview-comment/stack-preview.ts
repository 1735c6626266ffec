import * as v from "valibot";

const list = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.readonly());

const sentence = list(v.string());

const finding = v.object({
  urn: v.string(),
  type: v.string(),
  name: v.string(),
  change: v.string(),
  properties: list(
    v.object({
      path: v.string(),
      old: v.exactOptional(v.string()),
      new: v.exactOptional(v.string()),
    }),
  ),
});

/** What a preview of one stack has shown: all that the comment needs, and no secret. */
export const stackPreview = v.object({
  /** As the engine allows it, and nothing that Markdown could take for its own. */
  stack: v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,100}$/)),
  /** `waits`: for the stack before it, which a merge deploys first. */
  outcome: v.picklist(["ready", "waits", "stopped by policy", "failed"]),
  /** What the engine said instead of a plan. */
  failure: v.exactOptional(v.string()),
  /** What an update would do to resources in the cloud, in the order in which it would. */
  changes: list(finding),
  /** What happens to requests, schedules and webhooks. */
  traffic: list(sentence),
  /** Which secrets change, by name and fingerprint. */
  secrets: list(sentence),
  violations: list(v.object({ policy: v.string(), resource: v.string(), message: v.string() })),
  /** What other hands have changed in the cloud since the last update. */
  drift: list(finding),
  /** What the program, a provider or the engine warns of. */
  warnings: list(v.string()),
});

export type StackPreview = v.InferOutput<typeof stackPreview>;
