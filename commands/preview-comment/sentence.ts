/**
 * A sentence with values in it: our words at even places, values at odd ones. Kept apart so that
 * whoever shows the sentence can quote the values, which come from anywhere.
 */
export type Sentence = readonly string[];

const LONGEST_VALUE_CHARACTERS = 120;

/** say`Route ${pattern} is added.` */
export function say(words: TemplateStringsArray, ...values: readonly unknown[]): Sentence {
  return words.flatMap((text, index) =>
    index < values.length ? [text, shown(values[index])] : [text],
  );
}

function shown(value: unknown): string {
  const text = Array.isArray(value) ? value.map(String).join(", ") : String(value ?? "nothing");
  return text.length > LONGEST_VALUE_CHARACTERS
    ? `${text.slice(0, LONGEST_VALUE_CHARACTERS)}…`
    : text;
}
