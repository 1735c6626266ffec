import type { CheckResult, Properties } from "./properties.ts";
import { type Rule, shape } from "./rules.ts";

/**
 * Checks what a program gives a resource or a provider: every property by its rule, with a
 * suggestion for one that does not exist. Unknown values of a preview pass. Defaults are filled in.
 *
 * The inputs are typed as the rules say, which holds when there are no failures and no unknowns;
 * the engine goes no further if there are failures.
 */
export function checkProperties<Inputs = Properties>(
  news: Properties,
  rules: Readonly<Record<string, Rule>>,
): CheckResult<Inputs> {
  const failures = shape(rules).findings(news, { path: "", hidden: false });
  const defaults = Object.entries(rules)
    .filter(([name, { byDefault }]) => byDefault !== undefined && isAbsent(news[name]))
    .map(([name, { byDefault }]) => [name, byDefault]);
  const given = Object.entries(news).filter(([, value]) => !isAbsent(value));
  return { inputs: Object.fromEntries([...given, ...defaults]) as Inputs, failures };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
