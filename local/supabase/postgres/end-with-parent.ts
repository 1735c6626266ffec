import { type ChildProcess, spawn } from "node:child_process";

/**
 * Has a server stopped when this process is gone, even by `kill -9`: a shell waits for the end of
 * a pipe that only this process holds open.
 */
export function endWithParent(server: ChildProcess): void {
  const script = 'cat >/dev/null; kill -INT "$1" 2>/dev/null';
  const watcher = spawn("sh", ["-c", script, "sh", String(server.pid)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Where there is no shell the next start stops the server that was left.
  watcher.once("error", () => {});
  // Another process may get the id of a server that has ended.
  server.once("exit", () => killGroup(watcher));
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
