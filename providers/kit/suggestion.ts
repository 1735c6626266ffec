/** ` (did you mean "…"?)` for the choice that the text most likely stands for, or nothing. */
export function suggestion(text: string, choices: readonly string[]): string {
  const nearest = choices
    .map((choice) => ({ choice, distance: editDistance(plain(text), plain(choice)) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const isNear = nearest !== undefined && nearest.distance <= Math.ceil(text.length / 3);
  return isNear ? ` (did you mean "${nearest.choice}"?)` : "";
}

// `enabled_events` is meant to be `enabledEvents`.
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      const removed = (previous[column + 1] ?? 0) + 1;
      const added = (current[column] ?? 0) + 1;
      current.push(Math.min(replaced, removed, added));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
