/** Names that do not follow the rule of camelCase here and snake_case there. */
const ODD_NAMES: Readonly<Record<string, string>> = {
  workersMessage: "workers/message",
  workersTag: "workers/tag",
  workersTriggeredBy: "workers/triggered_by",
};
const ODD_NAMES_BACK = Object.fromEntries(
  Object.entries(ODD_NAMES).map(([program, api]) => [api, program]),
);

/** A program's value with the API's field names, at any depth. */
export function toApi(value: unknown): unknown {
  return renamed(value, (name) => ODD_NAMES[name] ?? snakeCase(name));
}

/** An API's value with a program's property names, at any depth. */
export function fromApi(value: unknown): unknown {
  return renamed(value, (name) => ODD_NAMES_BACK[name] ?? camelCase(name));
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((member) => renamed(member, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [rename(name), renamed(member, rename)]),
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
