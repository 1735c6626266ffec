import { afterEach, beforeEach, vi } from "vitest";
import { recordSaid } from "../nothing-out/record.ts";

/** Lines that the Worker wrote in the present test; each must be one JSON object. */
export function captureLog(): { lines(event?: string): Record<string, unknown>[]; text(): string } {
  const written: string[] = [];
  beforeEach(() => {
    written.length = 0;
    for (const level of ["info", "warn", "error"] as const) {
      vi.spyOn(console, level).mockImplementation((line) => {
        written.push(String(line));
        recordSaid("Worker log", String(line));
      });
    }
  });
  afterEach(() => void vi.restoreAllMocks());
  return {
    lines: (event) =>
      written
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => event === undefined || line.event === event),
    text: () => written.join("\n"),
  };
}
