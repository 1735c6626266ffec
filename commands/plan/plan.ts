import * as v from "valibot";
import { jsonDocument } from "../engine/json-document.ts";
import type { EngineResult } from "../engine/run-engine.ts";

const state = v.object({
  inputs: v.optional(v.record(v.string(), v.unknown()), {}),
  outputs: v.optional(v.record(v.string(), v.unknown()), {}),
});

const step = v.object({
  op: v.string(),
  urn: v.string(),
  oldState: v.optional(state),
  newState: v.optional(state),
  detailedDiff: v.nullish(v.record(v.string(), v.object({ kind: v.string() }))),
});

const diagnostic = v.object({
  urn: v.optional(v.string(), ""),
  message: v.string(),
  severity: v.string(),
});

const plan = v.object({
  steps: v.optional(v.array(step), []),
  diagnostics: v.optional(v.array(diagnostic), []),
});

/** What the engine means to do, or has found: its answer to `--json`. Secrets are blinded. */
export type Plan = v.InferOutput<typeof plan>;

/** What happens to one resource. */
export type PlanStep = v.InferOutput<typeof step>;

/**
 * Reads what `preview --json` or `refresh --preview-only --json` printed.
 *
 * @throws when the engine came to no plan; the message is what it said instead
 */
export function readPlan({ output }: EngineResult): Plan {
  const document = jsonDocument(output);
  if (document === undefined) throw new Error(output.trim() || "The engine said nothing.");
  return v.parse(plan, document);
}

/** `urn:pulumi:stack::project::parent$type::name` → its type and name. */
export function resourceOf(urn: string): { readonly type: string; readonly name: string } {
  const [, , types = "", name = ""] = urn.split("::");
  return { type: types.split("$").at(-1) ?? types, name };
}

/** `cloudflare:index/worker:Worker` → `Worker`: what people call it. */
export function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}
