import type { WorkerStub } from "@cloudflare/workers-types";
import type { LoadableVersion, RoutingTable } from "../routing-table.ts";
import { checkVersion } from "./check-version.ts";
import { type RouterEnv, routerState } from "./environment.ts";
import { loadVersion, type RouterExports, type VersionIdentity } from "./load-version.ts";

/** What `fetch` of a loaded version's stub can do beyond the published types. */
type ScheduledStub = ReturnType<WorkerStub["getEntrypoint"]> & {
  scheduled(event: { cron: string; scheduledTime: Date }): Promise<ScheduledResult>;
};

export interface ScheduledResult {
  /** `ok`, `exception`, `exceededCpu` … as in a tail event. */
  readonly outcome: string;
  readonly noRetry: boolean;
}

interface Context {
  readonly exports: RouterExports;
}

/** The control plane's door into the runtime; not reachable from the public port. */
export const commands = {
  async fetch(request: Request, env: RouterEnv, ctx: Context): Promise<Response> {
    if (request.headers.get("authorization") !== `Bearer ${env.COMMAND_TOKEN}`) {
      return new Response("Only for the control plane.\n", { status: 403 });
    }
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case "/table":
        routerState.table = Promise.resolve((await request.json()) as RoutingTable);
        return Response.json({});
      case "/check":
        return Response.json(await checkVersion(env, (await request.json()) as LoadableVersion));
      case "/scheduled":
        return Response.json(await runScheduled(env, ctx, await request.json()));
      case "/requests":
        return Response.json(Object.fromEntries(routerState.requests));
      default:
        return new Response("No such command.\n", { status: 404 });
    }
  },
};

async function runScheduled(
  env: RouterEnv,
  ctx: Context,
  event: VersionIdentity & { cron: string; scheduledTime: number },
): Promise<ScheduledResult> {
  const { script, versionId } = event;
  const stub = loadVersion(env, ctx.exports, { script, versionId });
  const entrypoint = stub.getEntrypoint() as ScheduledStub;
  const scheduledTime = new Date(event.scheduledTime);
  return entrypoint.scheduled({ cron: event.cron, scheduledTime });
}
