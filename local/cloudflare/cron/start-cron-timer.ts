const MINUTE_MS = 60_000;

/**
 * Calls back at the start of every minute with that minute's time. A minute during which the
 * process did not run is not made up for; none is called twice.
 *
 * @returns stops it
 */
export function startCronTimer(fire: (minute: Date) => void): () => void {
  let last = Math.floor(Date.now() / MINUTE_MS);
  let timer = setTimeout(tick, untilNextMinute());
  return () => clearTimeout(timer);

  function tick(): void {
    const minute = Math.floor(Date.now() / MINUTE_MS);
    // A timer may come a little early.
    if (minute > last) {
      last = minute;
      fire(new Date(minute * MINUTE_MS));
    }
    timer = setTimeout(tick, untilNextMinute());
  }
}

function untilNextMinute(): number {
  return MINUTE_MS - (Date.now() % MINUTE_MS);
}
