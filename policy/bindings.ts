/** A binding of a Worker's version, as far as the rules need it. */
export interface Binding {
  readonly name: string;
  readonly type: string;
  readonly text?: string;
}

/** The text of a binding by its name, where it has one. */
export function bindingText(bindings: readonly Binding[], name: string): string | undefined {
  return bindings.find((binding) => binding.name === name)?.text;
}
