/** `name` as an SQL identifier, safe whatever it holds. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `schema.name` as an SQL identifier. */
export function qualified(schema: string, name: string): string {
  return `${identifier(schema)}.${identifier(name)}`;
}

/** `text` as an SQL string, safe whatever it holds and whatever the server's string settings are. */
export function literal(text: string): string {
  const quoted = text.replaceAll("'", "''");
  return quoted.includes("\\") ? `E'${quoted.replaceAll("\\", "\\\\")}'` : `'${quoted}'`;
}

/** `text` between dollar quotes whose tag does not occur in it. */
export function dollarQuoted(text: string): string {
  let tag = "$sql$";
  for (let n = 1; text.includes(tag) || `${text}$`.includes(tag); n += 1) tag = `$sql${n}$`;
  return `${tag}${text}${tag}`;
}
