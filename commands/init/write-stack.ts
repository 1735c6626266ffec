import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redact, UserError } from "@stripe-customer-sync/provider-kit";
import { settingCatalogue } from "../../stacks/setting-catalogue.ts";
import { type EngineResult, runEngine } from "../engine/run-engine.ts";
import { engineFailure } from "../stack/read-configuration.ts";

export interface StackToWrite {
  readonly stack: string;
  /** Whether the engine must make the stack first. */
  readonly isNew: boolean;
  /** What is to be set, by the settings' keys. */
  readonly values: ReadonlyMap<string, string>;
  /** Folder of Pulumi.yaml and the stack files. */
  readonly project: string;
}

const secretKeys = new Set<string>(
  settingCatalogue.filter(({ secret }) => secret).map(({ key }) => key),
);

/**
 * Writes settings as the engine does, which encrypts secrets and keeps the file's comments: on a
 * copy in a folder that nobody else can read, which takes the file's place in one step when all
 * went well. A stack that was made for nothing is taken away again.
 *
 * @throws UserError with the engine's words; the stack file is as it was
 */
export async function writeStack({ stack, isNew, values, project }: StackToWrite): Promise<void> {
  const file = `Pulumi.${stack}.yaml`;
  const folder = await mkdtemp(join(tmpdir(), "stripe-customer-sync-init-"));
  const engine = async (args: readonly string[], input?: string) => {
    const options = { environment: {}, show: false, folder, ...(input !== undefined && { input }) };
    const result = await runEngine([...args, "--non-interactive"], options);
    if (result.exitCode !== 0) throw failed(stack, result, values);
  };
  const of = ["-s", stack];
  let isMade = false;
  try {
    await cp(join(project, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    await cp(join(project, file), join(folder, file)).catch(() => undefined); // may be a new one
    if (isNew) await engine(["stack", "init", stack]);
    isMade = isNew;
    const plain = [...values].filter(([key]) => !secretKeys.has(key));
    if (plain.length > 0) {
      const pairs = plain.flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
      await engine(["config", "set-all", ...pairs, ...of]);
    }
    for (const [key, value] of values) {
      if (secretKeys.has(key)) await engine(["config", "set", "--secret", key, ...of], value);
    }
    await replaceFile(join(folder, file), join(project, file));
    isMade = false;
  } finally {
    if (isMade) {
      const options = { environment: {}, show: false, folder };
      await runEngine(["stack", "rm", stack, "--yes", "--non-interactive"], options);
    }
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two steps, because the copy may lie on another file system; the second cannot stop half-way. */
async function replaceFile(from: string, to: string): Promise<void> {
  const beside = `${to}.new`;
  try {
    await cp(from, beside);
    await rename(beside, to);
  } catch (error) {
    throw new UserError(
      `Could not write ${to}, nothing was changed: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
}

function failed(
  stack: string,
  { output }: EngineResult,
  values: ReadonlyMap<string, string>,
): UserError {
  const secrets = [...values].flatMap(([key, value]) => (secretKeys.has(key) ? [value] : []));
  const words = engineFailure(`Could not write stack ${stack}, nothing was changed`, output);
  return new UserError(redact(words, secrets));
}
