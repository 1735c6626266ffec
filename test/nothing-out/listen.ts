import { ChildProcess } from "node:child_process";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, expect } from "vitest";
import { flushRecords, recordFile, recordSaid } from "./record.ts";

/**
 * Runs before each test file: keeps whatever this process and its children print. What a test
 * takes for itself (a spied console, an answer, a state file) is recorded where it is taken.
 */
listenToConsole();
listenToStream("stdout");
listenToStream("stderr");
const endOfChildren = listenToChildren();
recordFile(expect.getState().testPath ?? "unknown");

// Registered before the file's own, so it runs after them: what they print is heard, too.
afterAll(() => {
  endOfChildren();
  flushRecords();
});

function listenToConsole(): void {
  for (const level of ["debug", "log", "info", "warn", "error"] as const) {
    const original = console[level];
    console[level] = (...parts: unknown[]) => {
      recordSaid("console", parts.map(String).join(" "));
      original.apply(console, parts);
    };
  }
}

function listenToStream(name: "stdout" | "stderr"): void {
  const stream = process[name];
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  stream.write = ((...args: unknown[]) => {
    recordSaid(name, String(args[0]));
    return write(...args);
  }) as typeof stream.write;
}

/**
 * The database server's own log is the cloud's, and quotes the rows that a test makes it refuse;
 * wrangler is Cloudflare's, and names the operator who is logged in.
 */
const NOT_OURS = new Set(["postgres", "initdb", "pg_ctl", "wrangler"]);

/** A command of ours asks the engine for a stack's secrets; what it makes of them is heard. */
const TOLD_TO_SHOW = "--show-secrets";

/** @returns records what children that still run have printed so far */
function listenToChildren(): () => void {
  const open = new Set<() => void>();
  // Every way to start a process goes through this method.
  const prototype = ChildProcess.prototype as ChildProcess & {
    spawn(options: { file?: string; args?: readonly string[] }): unknown;
  };
  const spawn = prototype.spawn;
  prototype.spawn = function (this: ChildProcess, options) {
    const result = spawn.call(this, options);
    const program = basename(options.file ?? "process");
    if (!NOT_OURS.has(program) && !options.args?.includes(TOLD_TO_SHOW)) {
      for (const stream of [this.stdout, this.stderr]) {
        if (stream) open.add(hear(stream, `output of ${program}`));
      }
    }
    return result;
  };
  return () => {
    for (const record of open) record();
  };
}

/** Listens in on what a stream is given, whoever reads it; as a whole, for a secret may be cut in two. */
function hear(stream: Readable, source: string): () => void {
  const chunks: Buffer[] = [];
  const push = stream.push.bind(stream);
  const record = () => recordSaid(source, Buffer.concat(chunks.splice(0)).toString("utf8"));
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk === null) record();
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    return push(chunk, encoding);
  };
  return record;
}
