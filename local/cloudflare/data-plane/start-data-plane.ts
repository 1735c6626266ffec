import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  Miniflare,
  type MiniflareOptions,
  Response as MiniflareResponse,
  type Request,
} from "miniflare";
import { bundleRouter } from "./bundle-router.ts";
import { RestartLog } from "./restart-log.ts";
import type { CheckResult } from "./router/check-version.ts";
import type { ScheduledResult } from "./router/commands.ts";
import type { VersionIdentity } from "./router/load-version.ts";
import type { TailEvent } from "./router/tail.ts";
import type { LoadableVersion, RoutingTable } from "./routing-table.ts";
import { setRuntimeEnvironment } from "./runtime-environment.ts";

/** What the data plane asks of the control plane. */
export interface ControlSide {
  table(): RoutingTable;
  /** Undefined for an unknown version id. */
  version(versionId: string): LoadableVersion | undefined;
  /** Logs and exceptions of a finished invocation. */
  tail(report: VersionIdentity & { events: readonly TailEvent[] }): void;
}

/** Runs deployed Workers in workerd and answers their requests on one public port. */
export interface DataPlane {
  readonly url: string;
  /** Resolves when every later request is answered by this table. */
  publish(table: RoutingTable): Promise<void>;
  /** Starts the modules apart from everything that serves. */
  check(version: LoadableVersion): Promise<CheckResult>;
  runScheduled(
    event: VersionIdentity & { cron: string; scheduledTime: number },
  ): Promise<ScheduledResult>;
  /** Requests answered by each script since the runtime started. */
  requests(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** How long a killed runtime may take to come back. */
const RESTART_MS = 5_000;
/** Before a start that failed is tried again. */
const START_AGAIN_MS = 100;

/** The newest date that the pinned runtime supports; versions bring their own. */
const ROUTER_COMPATIBILITY_DATE = "2026-07-30";

/**
 * Starts the runtime with the static router in it. When workerd dies, even while it starts, it is
 * started again on the same port, and the router asks for its table anew.
 *
 * @param port of the public server on 127.0.0.1; 0 lets the operating system choose
 */
export async function startDataPlane(port: number, control: ControlSide): Promise<DataPlane> {
  const commandToken = randomBytes(16).toString("hex");
  const log = new RestartLog();
  const router = await bundleRouter();
  const options = (publicPort: number): MiniflareOptions => ({
    host: "127.0.0.1",
    port: 0,
    // Would be fetched from the network otherwise.
    cf: false,
    log,
    handleRuntimeStdio: discard,
    unsafeRuntimeEnv: setRuntimeEnvironment(),
    workers: [
      {
        name: "router",
        compatibilityDate: ROUTER_COMPATIBILITY_DATE,
        // Makes `scheduled` of a loaded version a real scheduled event with an outcome.
        compatibilityFlags: ["service_binding_extra_handlers"],
        modules: [{ type: "ESModule", path: "router.js", contents: router }],
        workerLoaders: { LOADER: {} },
        bindings: { COMMAND_TOKEN: commandToken },
        serviceBindings: { CONTROL: (request: Request) => answerRouter(control, request) },
        unsafeDirectSockets: [{ host: "127.0.0.1", port: publicPort, entrypoint: "Public" }],
      },
    ],
  });
  const miniflare = new Miniflare(options(port));
  await miniflare.ready;
  const url = await miniflare.unsafeGetDirectURL("router", "Public");

  let closed = false;
  log.onRuntimeLost = async () => {
    while (!closed) {
      try {
        return await miniflare.setOptions(options(Number(url.port)));
      } catch {
        // Killed again while it started, or its port is not free yet.
        await sleep(START_AGAIN_MS);
      }
    }
  };

  const send = (path: string, body: unknown) =>
    miniflare.dispatchFetch(`http://router${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${commandToken}` },
      body: JSON.stringify(body),
    });
  return {
    url: url.origin,
    publish: async (table) => {
      await answerOf(overRestart(() => send("/table", table)));
    },
    check: (version) => answerOf<CheckResult>(overRestart(() => send("/check", version))),
    // Not repeated: the schedule may have run before the runtime died.
    runScheduled: (event) => answerOf<ScheduledResult>(send("/scheduled", event)),
    requests: () => answerOf<Record<string, number>>(overRestart(() => send("/requests", {}))),
    close: () => {
      closed = true;
      return miniflare.dispose();
    },
  };
}

async function answerOf<T>(response: Promise<MiniflareResponse>): Promise<T> {
  const answer = await response;
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as T;
}

/** Sends a command again, which must have no other effect if it comes twice, until it arrives. */
async function overRestart(send: () => Promise<MiniflareResponse>): Promise<MiniflareResponse> {
  const giveUp = Date.now() + RESTART_MS;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (Date.now() > giveUp) throw error;
      await sleep(50);
    }
  }
}

async function answerRouter(control: ControlSide, request: Request): Promise<MiniflareResponse> {
  const { pathname } = new URL(request.url);
  if (pathname === "/table") return MiniflareResponse.json(control.table());
  if (pathname === "/tail") {
    control.tail((await request.json()) as Parameters<ControlSide["tail"]>[0]);
    return MiniflareResponse.json({});
  }
  const versionId = pathname.replace("/versions/", "");
  const version = control.version(versionId);
  if (version) return MiniflareResponse.json(version);
  return new MiniflareResponse(`No version ${versionId}.`, { status: 404 });
}

/** The Workers' console output arrives by their tail; here it would come a second time. */
function discard(stdout: Readable, stderr: Readable): void {
  stdout.resume();
  stderr.resume();
}
