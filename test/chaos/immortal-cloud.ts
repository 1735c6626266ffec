import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import type { LocalCloudOptions } from "../../local/cloud.ts";
import { childrenNamed, isRunning } from "../local/cloudflare/workerd-process.ts";
import type { CronEnded, Ready } from "./cloud-process.ts";

/** What can be killed. */
export type Target = "postgres" | "workerd" | "cloud";

/** A local cloud in a process of its own, which somebody starts again whenever it has died. */
export interface ImmortalCloud {
  /** Connections of the owner to the cloud that runs now; undefined while none does. */
  readonly sql: postgres.Sql | undefined;
  /**
   * `kill -9`. The cloud dies alone, its children are to notice, or all of them at once.
   *
   * @returns whether it ran
   */
  kill(target: Target, alone: boolean): boolean;
  /** Fires the Worker's schedule, once at a time; resolves to its outcome, or to undefined when the cloud died. */
  cron(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A port that the dead one held is free within a second; a process that cannot start is a bug. */
const MOST_FAILED_STARTS = 20;
const START_AGAIN_MS = 100;

/** @param worker whose schedule `cron` fires */
export function startImmortalCloud(
  options: Omit<LocalCloudOptions, "tenants">,
  worker: string,
): ImmortalCloud {
  let closed = false;
  let child: ChildProcess | undefined;
  let sql: postgres.Sql | undefined;
  let cronEnded: (outcome: string | undefined) => void = () => {};
  const lives = live();

  async function live(): Promise<void> {
    let failedStarts = 0;
    while (!closed) {
      const [said, wasReady] = await oneLife();
      failedStarts = wasReady ? 0 : failedStarts + 1;
      if (failedStarts > MOST_FAILED_STARTS) throw new Error(`The cloud does not start:\n${said}`);
      await sleep(START_AGAIN_MS);
    }
  }

  /** Resolves when the process is gone: to what it said last, and whether it had begun to serve. */
  async function oneLife(): Promise<[string, boolean]> {
    const born = fork(
      join(import.meta.dirname, "cloud-process.ts"),
      [JSON.stringify(options), worker],
      { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] },
    );
    child = born;
    let said = "";
    born.stderr?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-4_000);
    });
    let wasReady = false;
    born.on("message", (message: Ready | CronEnded) => {
      if ("cronEnded" in message) return cronEnded(message.cronEnded);
      wasReady = true;
      sql = postgres(message.ready.databaseUrl, { max: 4, backoff: false, onnotice: () => {} });
    });
    await once(born, "exit");
    child = undefined;
    cronEnded(undefined);
    // Not awaited: what was under way on a lost connection may never be answered.
    sql?.end({ timeout: 1 }).catch(() => {});
    sql = undefined;
    return [said, wasReady];
  }

  return {
    get sql() {
      return sql;
    },
    kill(target, alone) {
      const pid = child?.pid;
      if (pid === undefined) return false;
      const children = (command: string) => childrenNamed(pid, command);
      const doomed =
        target !== "cloud"
          ? children(target)
          : alone
            ? [pid]
            : [...children("postgres"), ...children("workerd"), pid];
      for (const each of doomed) process.kill(each, "SIGKILL");
      return doomed.length > 0;
    },
    cron() {
      // Nobody hears a message that comes before the cloud is ready.
      if (!child?.connected || !sql) return Promise.resolve(undefined);
      child.send("cron");
      return new Promise((resolve) => {
        cronEnded = resolve;
      });
    },
    async close() {
      closed = true;
      const pid = child?.pid;
      const children = pid === undefined ? [] : childrenNamed(pid, "postgres");
      child?.kill("SIGKILL");
      await lives;
      // It is told by a pipe that its parent is gone.
      while (children.some(isRunning)) await sleep(20);
    },
  };
}
