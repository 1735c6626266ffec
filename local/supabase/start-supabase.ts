import { join } from "node:path";
import type { SupabaseTenant } from "../tenants.ts";
import { managementApi } from "./management/management-api.ts";
import { RateLimit } from "./management/rate-limit.ts";
import { SupabaseProjectServer } from "./project/supabase-project.ts";
import { projectHandle, type SupabaseProject } from "./project-handle.ts";
import { projectRequest } from "./project-request.ts";
import { serve } from "./serve.ts";

export interface SupabaseOptions {
  readonly tenants: readonly SupabaseTenant[];
  /** On 127.0.0.1. 0, the default: the operating system chooses. */
  readonly port?: number;
  /** Holds the databases; a start with the same folder goes on with them. */
  readonly stateFolder: string;
  /** Run once in every new project, in order, as its owner. */
  readonly applicationSql?: readonly string[];
  /** Calls of the Management API that a token may make. Hosted: 120. */
  readonly requestsPerMinute?: number;
}

/** A running Supabase on one machine. */
export interface SupabaseCloud {
  /** Base of the Management API. */
  readonly url: string;
  /** @throws for a reference that is none of the tenants' */
  project(ref: string): SupabaseProject;
  /** Stops every server and process; the state stays in its folder. */
  close(): Promise<void>;
}

/** A table of tests on the real engine asks far more often than people do. */
const DEFAULT_REQUESTS_PER_MINUTE = 1_200;

/**
 * Starts one PostgreSQL for each tenant, in parallel, and one HTTP server before all of them.
 *
 * @throws when one of them cannot start; those that could are stopped again
 */
export async function startSupabase(options: SupabaseOptions): Promise<SupabaseCloud> {
  const projects = await startProjects(options);
  const rateLimit = new RateLimit(options.requestsPerMinute ?? DEFAULT_REQUESTS_PER_MINUTE);
  const management = managementApi({ all: projects }, rateLimit);
  const closeProjects = async () => {
    await management.close();
    await Promise.all(projects.map((project) => project.close()));
  };
  try {
    const server = await serve(options.port ?? 0, (request) =>
      projectRequest(request, projects, management.fetch),
    );
    const handles = new Map(
      projects.map((project) => [project.tenant.ref, projectHandle(project, server.url)]),
    );
    return {
      url: server.url,
      project(ref) {
        const handle = handles.get(ref);
        if (!handle) throw new Error(`The local Supabase has no project ${ref}.`);
        return handle;
      },
      async close() {
        await server.close();
        await closeProjects();
      },
    };
  } catch (error) {
    await closeProjects();
    throw error;
  }
}

async function startProjects({
  tenants,
  stateFolder,
  applicationSql = [],
}: SupabaseOptions): Promise<readonly SupabaseProjectServer[]> {
  const settled = await Promise.allSettled(
    tenants.map((tenant) =>
      SupabaseProjectServer.start({
        tenant,
        folder: join(stateFolder, tenant.ref),
        applicationSql,
      }),
    ),
  );
  const started = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const failure = settled.find((each) => each.status === "rejected");
  if (failure === undefined) return started;
  await Promise.all(started.map((project) => project.close()));
  throw failure.reason;
}
