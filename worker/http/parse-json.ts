import { Refusal } from "./refusal.ts";

/**
 * The value of a JSON text. The parser's own message quotes the text, so it goes nowhere.
 *
 * @throws Refusal 400.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "invalid_json", "The body is not valid JSON.");
  }
}
