import { WorkerEntrypoint } from "cloudflare:workers";
import type { RouterEnv } from "./environment.ts";
import type { VersionIdentity } from "./load-version.ts";

/** The part of a tail event that is kept. */
export interface TailEvent {
  readonly logs: readonly { level: string; timestamp: number; message: unknown }[];
  readonly exceptions: readonly { name: string; message: string; timestamp: number }[];
}

/** Receives what a version logged and threw, when an invocation has ended. */
export class Tail extends WorkerEntrypoint<RouterEnv, VersionIdentity> {
  async tail(events: readonly TailEvent[]): Promise<void> {
    const kept = events
      .map(({ logs, exceptions }) => ({ logs, exceptions }))
      .filter(({ logs, exceptions }) => logs.length + exceptions.length > 0);
    // Most invocations say nothing; a call for each of them would halve the throughput.
    if (kept.length === 0) return;
    const body = JSON.stringify({ ...this.ctx.props, events: kept });
    await this.env.CONTROL.fetch("http://control/tail", { method: "POST", body });
  }
}
