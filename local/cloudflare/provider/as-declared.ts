/**
 * The cloud's value cut down to what the program declares of it, at any depth: what it leaves to
 * the cloud's defaults is no drift. Members that a list has more than declared stay.
 */
export function asDeclared(declared: unknown, actual: unknown): unknown {
  if (Array.isArray(declared) && Array.isArray(actual)) {
    return actual.map((member, index) =>
      index < declared.length ? asDeclared(declared[index], member) : member,
    );
  }
  if (!isObject(declared) || !isObject(actual)) return actual;
  return Object.fromEntries(
    Object.keys(declared)
      .filter((name) => actual[name] !== undefined && actual[name] !== null)
      .map((name) => [name, asDeclared(declared[name], actual[name])]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
