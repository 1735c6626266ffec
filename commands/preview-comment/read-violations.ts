import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import * as v from "valibot";
import { resourceOf, shortType } from "../plan/plan.ts";
import type { StackPreview } from "./stack-preview.ts";

const policyEvent = v.object({
  policyEvent: v.object({
    resourceUrn: v.optional(v.string(), ""),
    message: v.string(),
    policyName: v.string(),
    enforcementLevel: v.string(),
  }),
});

/**
 * The violations of mandatory policies in the engine's event log, one JSON document a line. The
 * log is many megabytes, nearly all of it the code of the Worker.
 *
 * @returns none where there is no log: the engine failed before it began one
 */
export async function readViolations(file: string): Promise<StackPreview["violations"]> {
  const violations: StackPreview["violations"][number][] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const found = line.includes('"policyEvent"')
        ? v.safeParse(policyEvent, JSON.parse(line))
        : undefined;
      if (found?.success !== true) continue;
      const { resourceUrn, message, policyName, enforcementLevel } = found.output.policyEvent;
      if (enforcementLevel !== "mandatory") continue;
      const { type, name } = resourceOf(resourceUrn);
      violations.push({
        policy: policyName,
        resource: `${shortType(type)} ${name}`.trim(),
        // The policy's description, then what is wrong.
        message: message.trim().replace(/^[^\n]*\n/, ""),
      });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return violations;
}
