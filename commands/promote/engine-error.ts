import { redact } from "@stripe-customer-sync/provider-kit";
import type { EngineResult } from "../engine/run-engine.ts";

/**
 * Why the engine stopped, out of what it printed for a terminal: the mandatory rules that were
 * broken, else its errors. One line, for somebody who has to mend it.
 */
export function engineError({ output }: EngineResult): string {
  const [beforeDiagnostics = "", diagnostics = output] = output.split(/^Diagnostics:$/m);
  const broken = parts(beforeDiagnostics, /^\s+- \[(?=mandatory|advisory)/m)
    .filter((text) => text.startsWith("mandatory"))
    .map((text) => text.replace(/^mandatory\]\s*/, "policy "));
  const errors = parts(diagnostics, /^\s*error:\s*/m).filter(
    (text) => !/^(?:preview|update) failed$/.test(text),
  );
  const told = broken.length > 0 ? broken : errors;
  return [...new Set(told)].join("; ") || oneLine(output);
}

/** What follows each mark, up to an empty line. */
function parts(text: string, mark: RegExp): string[] {
  return text
    .split(mark)
    .slice(1)
    .map((part) => oneLine(part.split(/\n\s*\n/)[0] ?? ""))
    .filter((part) => part !== "");
}

function oneLine(text: string): string {
  return redact(text.replace(/\s+/g, " ").trim(), []);
}
