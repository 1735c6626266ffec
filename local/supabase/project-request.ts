import type { SupabaseProjectServer } from "./project/supabase-project.ts";

type Answer = (request: Request) => Promise<Response> | Response;

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Hands a request to the service that its path names: `/projects/<ref>/auth/v1/…` and
 * `/projects/<ref>/rest/v1/…` to that project, everything else to the Management API.
 */
export async function projectRequest(
  request: Request,
  projects: readonly SupabaseProjectServer[],
  management: Answer,
): Promise<Response> {
  const url = new URL(request.url);
  const [, ref, service] = /^\/projects\/([^/]+)\/(auth|rest)\/v1(?:\/|$)/.exec(url.pathname) ?? [];
  const body = hasBody(request) ? await request.arrayBuffer() : undefined;
  if (body && body.byteLength > BODY_LIMIT_BYTES) {
    return Response.json({ message: "request entity too large" }, { status: 413 });
  }
  if (ref !== undefined) url.pathname = url.pathname.slice(`/projects/${ref}`.length);
  const { method, headers } = request;
  const inner = new Request(url, { method, headers, ...(body && { body }) });
  if (ref === undefined) return management(inner);
  const project = projects.find(({ tenant }) => tenant.ref === ref);
  if (!project) return Response.json({ message: "Project not found" }, { status: 404 });
  return service === "auth" ? project.auth.fetch(inner) : project.rest.fetch(inner);
}

function hasBody({ method }: Request): boolean {
  return method !== "GET" && method !== "HEAD";
}
