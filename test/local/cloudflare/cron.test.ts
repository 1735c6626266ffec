import { afterEach, expect, test, vi } from "vitest";
import { parseCron } from "../../../local/cloudflare/cron/parse-cron.ts";
import { startCronTimer } from "../../../local/cloudflare/cron/start-cron-timer.ts";

test.each([
  ["* * * * *", "2026-11-24T03:59:00Z", true],
  ["*/5 * * * *", "2026-11-24T04:05:00Z", true],
  ["*/5 * * * *", "2026-11-24T04:06:00Z", false],
  ["5/20 * * * *", "2026-11-24T04:45:00Z", true],
  ["0,30 9-17 * * MON-FRI", "2026-11-24T09:30:00Z", true],
  ["0,30 9-17 * * MON-FRI", "2026-11-22T09:30:00Z", false],
  // 2026-11-22 is a Sunday, which is 1 here.
  ["0 0 * * 1", "2026-11-22T00:00:00Z", true],
  ["0 0 * * 1", "2026-11-23T00:00:00Z", false],
  ["0 0 L * *", "2026-11-30T00:00:00Z", true],
  ["0 0 L * *", "2026-11-29T00:00:00Z", false],
  ["0 0 1 JAN *", "2027-01-01T00:00:00Z", true],
  // Two restricted days: either is enough.
  ["0 0 13 * FRI", "2026-11-13T00:00:00Z", true],
  ["0 0 13 * FRI", "2026-11-20T00:00:00Z", true],
  ["0 0 13 * FRI", "2026-11-21T00:00:00Z", false],
])("%s at %s: %s", (expression, time, fires) => {
  expect(parseCron(expression)?.(new Date(time))).toBe(fires);
});

test.each(["", "* * * *", "* * * * * *", "60 * * * *", "* * * * 0", "*/0 * * * *", "a * * * *"])(
  "%j is no cron expression",
  (expression) => {
    expect(parseCron(expression)).toBeUndefined();
  },
);

afterEach(() => {
  vi.useRealTimers();
});

test("the timer fires once at the start of each minute, and no more when stopped", () => {
  vi.useFakeTimers({ now: new Date("2026-11-24T04:00:30Z") });
  const fired: string[] = [];
  const stop = startCronTimer((minute) => fired.push(minute.toISOString()));

  vi.advanceTimersByTime(29_000);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(121_000);
  const minutes = ["04:01", "04:02", "04:03"].map((time) => `2026-11-24T${time}:00.000Z`);
  expect(fired).toEqual(minutes);

  stop();
  vi.advanceTimersByTime(120_000);
  expect(fired).toEqual(minutes);
});
