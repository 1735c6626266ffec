import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Binaries, findBinaries } from "./binaries.ts";
import { endWithParent } from "./end-with-parent.ts";
import { freePort } from "./free-port.ts";
import { initializeData } from "./initialize-data.ts";
import { installExtensions } from "./install-extensions.ts";
import { makeEnterable } from "./make-enterable.ts";
import { serverFlags } from "./server-flags.ts";
import { stopOrphan } from "./stop-orphan.ts";
import { findUnprivilegedUser, handOver, type ServerUser } from "./unprivileged-user.ts";

export interface PostgresServerOptions {
  /** Belongs to the server: data, log, extensions. Kept between starts. */
  readonly folder: string;
  readonly superuser: string;
  readonly password: string;
}

/** After a crash the shared memory of the last server takes a moment to be given up. */
const START_LIMIT_MS = 30_000;
const START_RETRY_MS = 100;
const READY = "database system is ready to accept connections";

/**
 * A PostgreSQL of its own, as a child process that listens on 127.0.0.1. One that dies without
 * having been stopped here is started again, as a hosted project's is.
 */
export class PostgresServer {
  readonly port: number;
  readonly logFile: string;
  readonly #options: PostgresServerOptions;
  readonly #binaries: Binaries;
  readonly #user: ServerUser;
  #child: ChildProcess | undefined;
  #starting: Promise<void> | undefined;
  /** Whether it is to run: what dies then died by somebody else's hand. */
  #wanted = false;

  private constructor(
    options: PostgresServerOptions,
    port: number,
    binaries: Binaries,
    user: ServerUser,
  ) {
    this.#options = options;
    this.#binaries = binaries;
    this.#user = user;
    this.port = port;
    this.logFile = join(options.folder, "postgres.log");
  }

  /** Prepares the folder, where needed, and starts the server. */
  static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    const [binaries, user, port] = await Promise.all([
      findBinaries(),
      findUnprivilegedUser(),
      freePort(),
    ]);
    const server = new PostgresServer(options, port, binaries, user);
    await mkdir(options.folder, { recursive: true });
    await handOver(options.folder, user);
    await makeEnterable(options.folder, user);
    await installExtensions(server.#extensionsFolder);
    await initializeData({ ...options, folder: server.#dataFolder }, binaries, user);
    await server.start();
    return server;
  }

  /** The process id. @throws when it is not running */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("PostgreSQL is not running.");
    return pid;
  }

  /** Starts it again on the same port; nothing happens when it runs. */
  async start(): Promise<void> {
    this.#wanted = true;
    if (this.#child) return;
    this.#starting ??= this.#startOver().finally(() => {
      this.#starting = undefined;
    });
    await this.#starting;
  }

  async #startOver(): Promise<void> {
    await stopOrphan(this.#dataFolder);
    const deadline = performance.now() + START_LIMIT_MS;
    for (;;) {
      const log = await this.#launch();
      if (log === undefined || !this.#wanted) return;
      if (performance.now() > deadline) throw new Error(`PostgreSQL did not start:\n${log}`);
      await sleep(START_RETRY_MS);
    }
  }

  /** A fast shutdown: open transactions are rolled back, connections closed. */
  async stop(): Promise<void> {
    await this.#end("SIGINT");
  }

  /** Kills it as a crash would, it has no chance to write anything, and leaves it down. */
  async kill9(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Resolves to undefined when the server is ready, else to what it said when it gave up. */
  async #launch(): Promise<string | undefined> {
    const child = spawn(
      this.#binaries.postgres,
      [...serverFlags(this.#dataFolder, this.port, this.#extensionsFolder)],
      {
        ...this.#user,
        // Its own process group: Ctrl-C is for the one who closes the server in good order.
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...process.env, LC_ALL: "C" },
      },
    );
    const logFile = createWriteStream(this.logFile, { flags: "a", mode: 0o600 });
    child.stderr.pipe(logFile);
    let said = "";
    const failure = await new Promise<string | undefined>((resolve) => {
      child.stderr.setEncoding("utf8");
      child.stderr.on("data", (text: string) => {
        if (said === READY) return;
        said += text;
        if (!said.includes(READY)) return;
        said = READY;
        resolve(undefined);
      });
      child.once("error", (error) => resolve(error.message));
      child.once("close", () => resolve(said));
    });
    if (failure !== undefined) return failure;
    this.#child = child;
    endWithParent(child);
    child.once("close", () => this.#ended(child));
    return undefined;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#wanted = false;
    await this.#starting;
    const child = this.#child;
    if (!child) return;
    const closed = new Promise((resolve) => child.once("close", resolve));
    child.kill(signal);
    await closed;
  }

  /** Nobody waits for the start after a crash: when it fails, this process does, with the log. */
  #ended(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (this.#wanted) void this.start();
  }

  get #dataFolder(): string {
    return join(this.#options.folder, "data");
  }

  get #extensionsFolder(): string {
    return join(this.#options.folder, "extensions");
  }
}
