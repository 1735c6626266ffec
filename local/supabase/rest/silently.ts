import { AsyncLocalStorage } from "node:async_hooks";

const silence = new AsyncLocalStorage<true>();
const METHODS = ["error", "warn", "info", "log"] as const;
let installed = false;

/**
 * Runs something whose console output is dropped, its own alone. The library prints failed
 * queries with their parameters, which are people's names and addresses.
 */
export function silently<T>(run: () => T): T {
  install();
  return silence.run(true, run);
}

function install(): void {
  if (installed) return;
  installed = true;
  for (const method of METHODS) guard(method);
}

/** Holds for whatever function stands there later, too: others replace them as well. */
function guard(method: (typeof METHODS)[number]): void {
  const original = console[method];
  let print = original;
  const guarded = (...values: unknown[]) => {
    if (silence.getStore() !== true) print.apply(console, values);
  };
  Object.defineProperty(console, method, {
    configurable: true,
    enumerable: true,
    get: () => guarded,
    set: (replacement: typeof print) => {
      print = replacement === guarded ? original : replacement;
    },
  });
}
