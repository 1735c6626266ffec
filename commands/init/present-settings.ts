import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@stripe-customer-sync/provider-kit";
import { parse } from "yaml";
import type { StackEngine } from "../engine/engine-of-stack.ts";
import { runEngine } from "../engine/run-engine.ts";
import { engineFailure, readConfiguration } from "../stack/read-configuration.ts";

/** A stack before anything is asked. */
export interface PresentSettings {
  /** Whether the engine does not know the stack yet. */
  readonly isNew: boolean;
  /** Every configured value by its full key, secrets decrypted. */
  readonly configuration: Readonly<Record<string, string>>;
}

/**
 * What of a stack is there already: all that the engine knows, or of a stack that it does not
 * know, what stands readable in its file.
 *
 * @throws UserError when the engine cannot be asked
 */
export async function presentSettings(
  engine: StackEngine,
  project: string,
): Promise<PresentSettings> {
  const { exitCode, output } = await runEngine(["stack", "ls", "--json", "--non-interactive"], {
    environment: {},
    show: false,
    folder: project,
  });
  if (exitCode !== 0) {
    throw new UserError(engineFailure("Could not ask for the stacks there are", output));
  }
  const isKnown = new RegExp(`"name": "(?:[^"]*/)?${engine.stack}"`).test(output);
  return isKnown
    ? { isNew: false, configuration: await readConfiguration(engine) }
    : { isNew: true, configuration: readableIn(join(project, `Pulumi.${engine.stack}.yaml`)) };
}

function readableIn(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const content: unknown = parse(readFileSync(file, "utf8"));
  const config = (content as { config?: unknown } | null)?.config;
  if (typeof config !== "object" || config === null) return {};
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      typeof value === "object" || value === null ? [] : [[key, String(value)]],
    ),
  );
}
