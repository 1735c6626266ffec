import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@stripe-customer-sync/provider-kit";
import type { OpenStack } from "../stack/open-stack.ts";
import { type Backlog, backlogUntil } from "./backlog.ts";
import { Progress } from "./progress.ts";

const LOOK_INTERVAL_MS = 3_000;
/** Several pulls of a minute each; after that the Worker is not at work at all. */
const LONGEST_STILLSTAND_MS = 10 * 60_000;

/**
 * Waits until the Worker has dealt with every organization whose job was made until `time`.
 *
 * @param show gets a line for the terminal at each look
 * @returns the backlog at the end: nothing waits, but some may be dead
 * @throws UserError when nothing moves for ten minutes
 */
export async function waitForWorker(
  stack: OpenStack,
  time: string,
  show: (line: string) => void,
): Promise<Backlog> {
  let backlog = await backlogUntil(stack, time);
  const progress = new Progress(backlog.waiting);
  let least = backlog.waiting;
  let movedAt = performance.now();
  for (;;) {
    const now = performance.now();
    if (backlog.waiting < least) movedAt = now;
    least = Math.min(least, backlog.waiting);
    const { backingOff, dead } = backlog;
    const notes = [
      ...(backingOff > 0 ? [`${backingOff} wait to be tried again`] : []),
      ...(dead > 0 ? [`${dead} dead`] : []),
    ];
    show([progress.line(now, backlog.waiting), ...notes].join("; "));
    if (backlog.waiting === 0) return backlog;
    if (now - movedAt > LONGEST_STILLSTAND_MS) throw standsStill(stack, backlog);
    await sleep(LOOK_INTERVAL_MS);
    backlog = await backlogUntil(stack, time);
  }
}

function standsStill({ name, worker }: OpenStack, { waiting }: Backlog): UserError {
  return new UserError(
    `Nothing was linked for 10 minutes; ${waiting} organizations wait. Does the Worker of stack ` +
      `${name} (${worker.url}) pull? Nothing is lost: start this command again at any time.`,
  );
}
