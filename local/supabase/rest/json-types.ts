/**
 * How the driver treats JSON: a string is JSON already. Its own way encodes it a second time, and
 * a user's metadata would be stored as a JSON string of JSON.
 */
export const jsonTypes = { json: jsonType(114), jsonb: jsonType(3802) };

function jsonType(oid: number) {
  return {
    to: oid,
    from: [oid],
    serialize: (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value)),
    parse: (text: string): unknown => JSON.parse(text),
  };
}
