import type { LoadableVersion } from "../routing-table.ts";
import type { RouterEnv } from "./environment.ts";
import { workerCode } from "./load-version.ts";

/** What became of a start of the modules, without calling any handler of theirs. */
export type CheckResult =
  | { readonly ok: true; readonly handlers: readonly string[]; readonly startupTimeMs: number }
  | { readonly ok: false; readonly message: string };

const CHECK_MODULE = "__check__.js";

/**
 * Starts the modules behind a main module of our own that only names the handlers. A module that
 * cannot be parsed or throws at start fails here, and nowhere else.
 */
export async function checkVersion(env: RouterEnv, version: LoadableVersion): Promise<CheckResult> {
  const started = Date.now();
  try {
    const checked = {
      ...version,
      mainModule: CHECK_MODULE,
      modules: { ...version.modules, [CHECK_MODULE]: { js: checkSource(version.mainModule) } },
    };
    const stub = env.LOADER.load(workerCode(checked, {}, undefined));
    const answer = await stub.getEntrypoint().fetch("http://check/");
    const handlers = (await answer.json()) as string[];
    return { ok: true, handlers, startupTimeMs: Date.now() - started };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, message: message.replace(/^Failed to start Worker:\n/, "").trim() };
  }
}

function checkSource(mainModule: string): string {
  return `
import * as main from ${JSON.stringify(`./${mainModule}`)};
const exported = main.default;
const names = new Set();
const target = typeof exported === "function" ? exported.prototype : exported;
for (let o = target; o && o !== Object.prototype; o = Object.getPrototypeOf(o)) {
  for (const name of Object.getOwnPropertyNames(o)) {
    if (name !== "constructor" && typeof o[name] === "function") names.add(name);
  }
}
const handlers = ["fetch", "scheduled", "queue", "email", "tail"].filter((name) => names.has(name));
export default { fetch: () => Response.json(handlers) };
`;
}
