import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The readable settings of each stack, by the stack's name. Secrets are not among them. */
export type StackFiles = ReadonlyMap<string, StackSettings>;

/** A stack's settings by key, as in `pulumi config set`. */
export type StackSettings = Readonly<Record<string, string>>;

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;
const OWN_NAMESPACE = "stripe-customer-sync:";

/**
 * Reads every `Pulumi.<stack>.yaml` of the project: all that a rule can know of other stacks.
 *
 * @throws when a file is not YAML; a rule must not pass because it could not look
 */
export function readStackFiles(folder: string): StackFiles {
  const stacks = readdirSync(folder).flatMap((file) => {
    const stack = STACK_FILE.exec(file)?.[1];
    if (stack === undefined) return [];
    const content: unknown = parse(readFileSync(join(folder, file), "utf8"));
    return [[stack, settingsIn(content)] as const];
  });
  return new Map(stacks);
}

/** `urn:pulumi:<stack>::<project>::…` → the stack's name. */
export function stackOf(urn: string): string {
  return urn.split("::")[0]?.split(":")[2] ?? "";
}

/** Which environment a stack is: what its file says, else what its name says. */
export function environmentOf(stack: string, files: StackFiles): string {
  return files.get(stack)?.environment ?? stack;
}

function settingsIn(content: unknown): StackSettings {
  if (!isObject(content) || !isObject(content.config)) return {};
  return Object.fromEntries(
    Object.entries(content.config).flatMap(([key, value]) =>
      isObject(value) || value === null
        ? []
        : [[key.startsWith(OWN_NAMESPACE) ? key.slice(OWN_NAMESPACE.length) : key, String(value)]],
    ),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
