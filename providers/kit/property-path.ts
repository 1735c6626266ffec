/** The engine's spelling of the path to a member, as in `versions[0].percentage` or `a["b.c"]`. */
export function memberPath(parent: string, member: string | number): string {
  if (typeof member === "number") return `${parent}[${member}]`;
  if (!/^[A-Za-z_$][\w$]*$/.test(member)) return `${parent}[${JSON.stringify(member)}]`;
  return parent === "" ? member : `${parent}.${member}`;
}
