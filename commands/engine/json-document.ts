/**
 * The JSON object in what the engine printed, a warning of Node or of a plugin around it or not;
 * undefined when there is none.
 */
export function jsonDocument(output: string): unknown {
  const single = output.match(/^\{.*\}$/m);
  const begin = output.search(/^\{$/m);
  const end = output.search(/^\}$/m);
  if (begin >= 0 && end > begin) return JSON.parse(output.slice(begin, end + 1));
  return single === null ? undefined : JSON.parse(single[0]);
}
