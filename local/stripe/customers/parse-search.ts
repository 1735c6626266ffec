import { ApiError } from "../api/api-error.ts";
import type { Customer } from "./customer.ts";

/** Clauses that one query may have (https://docs.stripe.com/search#search-query-language). */
const MAX_CLAUSES = 10;
const MIN_SUBSTRING = 3;

type Test = (customer: Customer) => boolean;

/** `-`, field, `[key]`, operator, value: one clause, with the space after it. */
const CLAUSE =
  /^(-?)([a-z_]+)(?:\[(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\])?\s*(:|~|>=|<=|>|<)\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([\w.-]+))(?:\s+|$)/;

/**
 * Stripe's search query language, as far as customers have fields: `email`, `name` and `phone`
 * (exactly `:` or in part `~`), `metadata['key']` (exactly, or `null`), `created` (compared).
 * Letter case does not matter.
 *
 * @throws ApiError 400 for anything else
 */
export function parseSearch(query: string): Test {
  const tests: Test[] = [];
  const connectives = new Set<string>();
  let rest = query.trim();
  while (rest !== "") {
    const [, word] = tests.length > 0 ? (/^(AND|OR)\s+/i.exec(rest) ?? []) : [];
    if (word !== undefined) rest = rest.slice(word.length).trimStart();
    if (tests.length > 0) connectives.add((word ?? "AND").toUpperCase());
    const match = CLAUSE.exec(rest);
    if (!match) throw unparsable(query);
    tests.push(clause(match));
    rest = rest.slice(match[0].length);
  }
  if (tests.length === 0) throw unparsable(query);
  if (tests.length > MAX_CLAUSES) throw badQuery(`Queries can have up to ${MAX_CLAUSES} clauses.`);
  if (connectives.size > 1) throw badQuery("AND and OR cannot be combined in one query.");
  return connectives.has("OR")
    ? (customer) => tests.some((fits) => fits(customer))
    : (customer) => tests.every((fits) => fits(customer));
}

function clause(match: RegExpExecArray): Test {
  const [, minus, field = "", keyInDouble, keyInSingle, operator = ""] = match;
  const [valueInDouble, valueInSingle, bare] = match.slice(6);
  const quoted = valueInDouble ?? valueInSingle;
  const key = keyInDouble ?? keyInSingle;
  const value = quoted === undefined ? undefined : withoutEscapes(quoted);
  const test = fieldTest(
    field,
    key === undefined ? undefined : withoutEscapes(key),
    operator,
    value,
    bare,
  );
  return minus === "-" ? (customer) => !test(customer) : test;
}

function fieldTest(
  field: string,
  key: string | undefined,
  operator: string,
  value: string | undefined,
  bare: string | undefined,
): Test {
  if (field === "created" && key === undefined) return createdTest(operator, value ?? bare ?? "");
  const isMetadata = field === "metadata";
  if (isMetadata !== (key !== undefined)) throw unsupported(field);
  if (!isMetadata && field !== "email" && field !== "name" && field !== "phone") {
    throw unsupported(field);
  }
  const read = (customer: Customer): string | null =>
    isMetadata ? (ownValue(customer.metadata, key ?? "") ?? null) : customer[field as "email"];
  if (value === undefined) {
    if (bare === "null" && operator === ":") return (customer) => read(customer) === null;
    throw badQuery(`The value for field \`${field}\` must be in quotation marks.`);
  }
  const wanted = value.toLowerCase();
  if (operator === ":") return (customer) => read(customer)?.toLowerCase() === wanted;
  if (operator !== "~" || isMetadata) {
    throw badQuery(`Operator \`${operator}\` is not supported for field \`${field}\`.`);
  }
  if (wanted.length < MIN_SUBSTRING) {
    throw badQuery(`Substring search needs at least ${MIN_SUBSTRING} characters.`);
  }
  return (customer) => read(customer)?.toLowerCase().includes(wanted) ?? false;
}

function createdTest(operator: string, text: string): Test {
  if (!/^\d{1,12}$/.test(text)) throw badQuery("Field `created` is compared with a Unix time.");
  const time = Number(text);
  switch (operator) {
    case ":":
      return ({ created }) => created === time;
    case ">":
      return ({ created }) => created > time;
    case ">=":
      return ({ created }) => created >= time;
    case "<":
      return ({ created }) => created < time;
    case "<=":
      return ({ created }) => created <= time;
    default:
      throw badQuery(`Operator \`${operator}\` is not supported for field \`created\`.`);
  }
}

function ownValue(metadata: Customer["metadata"], key: string): string | undefined {
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined;
}

function withoutEscapes(quoted: string): string {
  return quoted.replace(/\\(.)/gs, "$1");
}

function unsupported(field: string): ApiError {
  return badQuery(`Field \`${field}\` is an unsupported search field for resource \`customers\`.`);
}

function unparsable(query: string): ApiError {
  return badQuery(
    `We were unable to parse your search query: ${query.slice(0, 100)}. See https://docs.stripe.com/search#search-query-language for the syntax.`,
  );
}

function badQuery(message: string): ApiError {
  return ApiError.invalid(message, { param: "query" });
}
