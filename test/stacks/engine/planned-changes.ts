import type { TestStack } from "./test-stack.ts";

interface PreviewStep {
  readonly op: string;
  readonly urn: string;
}

/** Operations that leave a resource as it is. */
const UNCHANGED = new Set(["same", "read", "refresh"]);

/**
 * What the engine would do, as `<operation> <type>` lines, sorted, each once. Steps of one
 * replacement (create-replacement, replace, delete-replaced) count as one `replace`.
 */
export async function plannedChanges(stack: TestStack, ...args: string[]): Promise<string[]> {
  const { exitCode, output } = await stack.run("preview", "--json", ...args);
  if (exitCode !== 0) throw new Error(`the preview failed:\n${output}`);
  const { steps = [] } = JSON.parse(output) as { steps?: PreviewStep[] };
  const changes = steps
    .filter(({ op }) => !UNCHANGED.has(op))
    .map(({ op, urn }) => `${op.includes("replace") ? "replace" : op} ${typeOf(urn)}`);
  return [...new Set(changes)].sort();
}

/** `urn:pulumi:stack::project::parent$type::name` → `type` */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? urn;
}
