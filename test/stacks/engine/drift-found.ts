/** What `pulumi refresh --diff` printed, read as a person reads it. */
export interface DriftFound {
  /** `~ <type>` for a changed resource, `- <type>` for one that is gone; sorted. */
  readonly resources: readonly string[];
  /** The changed properties of the resource of a type, one line each, with single spaces. */
  propertiesOf(type: string): readonly string[];
}

const RESOURCE = /^\s*([~+-]) (\S+): \((?:update|delete|create|replace)\)/;
const CHANGE = /^\s*[~+-] /;

export function driftFound(output: string): DriftFound {
  const properties = new Map<string, string[]>();
  const resources: string[] = [];
  let current: string[] = [];
  for (const line of output.replaceAll(ANSI, "").split("\n")) {
    const [, sign, type] = RESOURCE.exec(line) ?? [];
    if (sign !== undefined && type !== undefined) {
      current = [];
      resources.push(`${sign} ${type}`);
      properties.set(type, current);
    } else if (line.startsWith("Resources:")) {
      current = [];
    } else if (CHANGE.test(line)) {
      current.push(line.trim().replace(/\s+/g, " ").replace(" :", ":"));
    }
  }
  return { resources: resources.sort(), propertiesOf: (type) => properties.get(type) ?? [] };
}

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
