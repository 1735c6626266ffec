import { expect, test } from "vitest";
import { sameSecret } from "../../worker/http/same-secret.ts";

/**
 * How much longer a comparison takes when all but the last character are right than when the
 * first is wrong already. The token is long, so that a comparison which stops at the first
 * difference shows it many times over; the two are measured in turn, so that a busy machine slows
 * both; the median leaves out the rounds in which it was busiest.
 */
async function slowdown(
  compare: (given: string, expected: string) => boolean | Promise<boolean>,
): Promise<number> {
  const expected = "k".repeat(1 << 18);
  const wrongAt = (index: number) => `${expected.slice(0, index)}x${expected.slice(index + 1)}`;
  const [early, late] = [wrongAt(0), wrongAt(expected.length - 1)];
  const times: { early: number[]; late: number[] } = { early: [], late: [] };
  for (let round = 0; round < 40; round += 1) {
    times.early.push(await milliseconds(early));
    times.late.push(await milliseconds(late));
  }
  return median(times.late) / median(times.early);

  async function milliseconds(given: string): Promise<number> {
    const started = performance.now();
    expect(await compare(given, expected)).toBe(false);
    return performance.now() - started;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** What `===` and every loop of its kind does, without the engine's own tricks. */
function stopsAtTheFirstDifference(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false;
  for (let index = 0; index < given.length; index += 1) {
    if (given.charCodeAt(index) !== expected.charCodeAt(index)) return false;
  }
  return true;
}

// Meant to fail with stopsAtTheFirstDifference(), `===` or a first look at the first character in
// place of the digests in http/same-secret.ts.
test("how much of a token is right does not show in the time of its refusal", async () => {
  const ratio = await slowdown(sameSecret);
  expect(ratio).toBeGreaterThan(1 / 3);
  expect(ratio).toBeLessThan(3);
});

test("the same measurement tells a comparison that stops at the first difference", async () => {
  expect(await slowdown(stopsAtTheFirstDifference)).toBeGreaterThan(10);
});

test("equal secrets are equal, and no others", async () => {
  expect(await sameSecret("fake-token-ä😀", "fake-token-ä😀")).toBe(true);
  expect(await sameSecret("", "")).toBe(true);
  expect(await sameSecret("fake-token", "fake-token ")).toBe(false);
  expect(await sameSecret("fake-token", "")).toBe(false);
});
