import type { Fetcher, WorkerLoaderWorkerCode, WorkerStub } from "@cloudflare/workers-types";
import type { LoadableModule, LoadableVersion } from "../routing-table.ts";
import type { RouterEnv } from "./environment.ts";

/** The entrypoints of the router, bound to a version's identity. */
export interface RouterExports {
  readonly [name: string]: (options: { props: unknown }) => unknown;
}

/** What a tail event is attributed to. */
export interface VersionIdentity {
  readonly script: string;
  readonly versionId: string;
}

/** A running version; its definition is asked for only when it is not loaded yet. */
export function loadVersion(
  env: RouterEnv,
  exports: RouterExports,
  identity: VersionIdentity,
): WorkerStub {
  return env.LOADER.get(identity.versionId, async () => {
    const response = await env.CONTROL.fetch(`http://control/versions/${identity.versionId}`);
    if (!response.ok) throw new Error(await response.text());
    return workerCode((await response.json()) as LoadableVersion, exports, identity);
  });
}

/** A version as the loader wants it: no network but loopback, and everything tailed. */
export function workerCode(
  version: LoadableVersion,
  exports: RouterExports,
  identity: VersionIdentity | undefined,
): WorkerLoaderWorkerCode {
  return {
    compatibilityDate: version.compatibilityDate,
    compatibilityFlags: [...version.compatibilityFlags],
    mainModule: version.mainModule,
    modules: Object.fromEntries(
      Object.entries(version.modules).map(([name, module]) => [name, loaderModule(module)]),
    ),
    env: version.env,
    globalOutbound: identity ? (exports.Outbound?.({ props: {} }) as Fetcher) : null,
    ...(identity && { tails: [exports.Tail?.({ props: identity }) as Fetcher] }),
  };
}

function loaderModule(module: LoadableModule): WorkerLoaderWorkerCode["modules"][string] {
  if ("dataBase64" in module) return { data: bytes(module.dataBase64) };
  if ("wasmBase64" in module) return { wasm: bytes(module.wasmBase64) };
  return module;
}

function bytes(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
}
