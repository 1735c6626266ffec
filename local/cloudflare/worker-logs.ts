import type { VersionIdentity } from "./data-plane/router/load-version.ts";
import type { TailEvent } from "./data-plane/router/tail.ts";

/** A line that a Worker wrote to its console, or an exception that it did not catch. */
export interface WorkerLog {
  /** `<account id>/<script name>`. */
  readonly script: string;
  readonly versionId: string;
  /** `log`, `info`, `warn`, `error` …, or `exception`. */
  readonly level: string;
  readonly time: Date;
  /** As the Worker wrote it: one JSON object if it logs JSON. */
  readonly text: string;
}

/** Receives every line as it comes, when an invocation has ended. */
export type WorkerLogSink = (log: WorkerLog) => void;

const KEPT_LINES = 2000;

/** The last lines of every script. */
export class WorkerLogs {
  readonly #lines = new Map<string, WorkerLog[]>();
  readonly #sink: WorkerLogSink | undefined;

  constructor(sink: WorkerLogSink | undefined) {
    this.#sink = sink;
  }

  add({ script, versionId, events }: VersionIdentity & { events: readonly TailEvent[] }): void {
    for (const { logs, exceptions } of events) {
      for (const { level, timestamp, message } of logs) {
        this.#keep({ script, versionId, level, time: new Date(timestamp), text: text(message) });
      }
      for (const { name, message, timestamp } of exceptions) {
        const time = new Date(timestamp);
        this.#keep({ script, versionId, level: "exception", time, text: `${name}: ${message}` });
      }
    }
  }

  /** Oldest first. */
  of(script: string, howMany: number): WorkerLog[] {
    return (this.#lines.get(script) ?? []).slice(-howMany);
  }

  #keep(log: WorkerLog): void {
    const lines = this.#lines.get(log.script) ?? [];
    lines.push(log);
    this.#lines.set(log.script, lines.length > KEPT_LINES ? lines.slice(-KEPT_LINES / 2) : lines);
    this.#sink?.(log);
  }
}

/** The arguments of one console call, in one line. */
function text(message: unknown): string {
  const parts = Array.isArray(message) ? message : [message];
  return parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(" ");
}
