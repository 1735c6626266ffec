import { type Context, Hono, type Next } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type SigningKey, SigningKeyError } from "../project/signing-keys.ts";
import type { SupabaseProjectServer } from "../project/supabase-project.ts";
import { enableWebhooks } from "../setup/set-up-project.ts";
import { apiKeys } from "./api-keys.ts";
import { projectHealth } from "./project-health.ts";
import { ProjectQueries } from "./project-queries.ts";
import type { RateLimit } from "./rate-limit.ts";
import { QueryError } from "./run-query.ts";
import { shownProject } from "./shown-project.ts";

/** Where the API finds projects. */
export interface ProjectDirectory {
  readonly all: readonly SupabaseProjectServer[];
}

type Environment = {
  Variables: { token: string; project: SupabaseProjectServer; queries: ProjectQueries };
};

/**
 * Supabase's Management API, as far as this project calls it: below `/v1/projects`.
 *
 * @see https://supabase.com/docs/reference/api/introduction
 */
export function managementApi({ all: projects }: ProjectDirectory, rateLimit: RateLimit) {
  const queries = new Map(projects.map((project) => [project, new ProjectQueries(project)]));
  const app = new Hono<Environment>();

  app.onError((error, c) => c.json({ message: error.message }, statusOf(error)));
  app.notFound((c) => c.json({ message: `Cannot ${c.req.method} ${c.req.path}` }, 404));

  app.use(async (c, next) => {
    const token = /^Bearer\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (token === undefined || !projects.some(({ tenant }) => tenant.accessToken === token)) {
      return c.json({ message: "Unauthorized" }, 401);
    }
    const allowance = rateLimit.count(token);
    c.header("x-ratelimit-limit", String(allowance.limit));
    c.header("x-ratelimit-remaining", String(allowance.remaining));
    c.header("x-ratelimit-reset", String(allowance.resetSeconds));
    if (allowance.exceeded) {
      return c.json({ message: "ThrottlerException: Too Many Requests" }, 429);
    }
    c.set("token", token);
    await next();
  });
  app.use("/v1/projects/:ref/*", async (c, next) => chooseProject(c.req.param("ref"), c, next));
  app.use("/v1/projects/:ref", async (c, next) => chooseProject(c.req.param("ref"), c, next));

  async function chooseProject(
    ref: string,
    c: Context<Environment>,
    next: Next,
  ): Promise<Response | undefined> {
    const project = projects.find(({ tenant }) => tenant.ref === ref);
    const projectQueries = project && queries.get(project);
    if (!project || !projectQueries) return c.json({ message: "Project not found" }, 404);
    if (project.tenant.accessToken !== c.get("token")) {
      const message = "Your account does not have the necessary privileges to access this endpoint";
      return c.json({ message }, 403);
    }
    c.set("project", project);
    c.set("queries", projectQueries);
    await next();
    return undefined;
  }

  app.get("/v1/projects", (c) =>
    c.json(
      projects.filter(({ tenant }) => tenant.accessToken === c.get("token")).map(shownProject),
    ),
  );
  app.get("/v1/projects/:ref", (c) => c.json(shownProject(c.get("project"))));
  app.get("/v1/projects/:ref/health", async (c) =>
    c.json(await projectHealth(c.get("project"), c.req.queries("services") ?? [])),
  );
  app.get("/v1/projects/:ref/api-keys", (c) =>
    c.json(apiKeys(c.get("project"), c.req.query("reveal") === "true")),
  );

  app.post("/v1/projects/:ref/database/query", async (c) => {
    const { query, parameters, read_only } = await queryBody(c.req.raw);
    const rows = await c.get("queries").run(query, parameters, { readOnly: read_only === true });
    return c.json(rows, 201);
  });
  app.post("/v1/projects/:ref/database/query/read-only", async (c) => {
    const { query, parameters } = await queryBody(c.req.raw);
    return c.json(await c.get("queries").run(query, parameters, { readOnly: true }), 201);
  });
  app.post("/v1/projects/:ref/database/webhooks/enable", async (c) => {
    await enableWebhooks(c.get("project").admin);
    return c.body(null, 201);
  });

  const keysPath = "/v1/projects/:ref/config/auth/signing-keys";
  app.get(keysPath, (c) => c.json({ keys: c.get("project").signingKeys.all }));
  app.post(keysPath, async (c) =>
    c.json(await c.get("project").signingKeys.add(await jsonObject(c.req.raw)), 201),
  );
  app.get(`${keysPath}/:id`, (c) => c.json(signingKey(c.get("project"), c.req.param("id"))));
  app.patch(`${keysPath}/:id`, async (c) => {
    const { status } = await jsonObject(c.req.raw);
    const project = c.get("project");
    return c.json(project.signingKeys.change(signingKey(project, c.req.param("id")), status));
  });
  app.delete(`${keysPath}/:id`, (c) => {
    const key = signingKey(c.get("project"), c.req.param("id"));
    c.get("project").signingKeys.remove(key);
    return c.json(key);
  });

  return {
    fetch: (request: Request) => app.fetch(request),
    close: async () => {
      await Promise.all([...queries.values()].map((each) => each.close()));
    },
  };
}

/** The caller's mistake. */
class RequestError extends Error {
  readonly status: ContentfulStatusCode;
  constructor(message: string, status: ContentfulStatusCode = 400) {
    super(message);
    this.status = status;
  }
}

function statusOf(error: Error): ContentfulStatusCode {
  if (error instanceof RequestError) return error.status;
  return error instanceof QueryError || error instanceof SigningKeyError ? 400 : 500;
}

async function queryBody(request: Request) {
  const { query, parameters, read_only } = await jsonObject(request);
  if (typeof query !== "string" || query.trim() === "") {
    throw new RequestError("query: expected a text that is not empty");
  }
  if (parameters !== undefined && !Array.isArray(parameters)) {
    throw new RequestError("parameters: expected an array");
  }
  return { query, parameters: parameters as readonly unknown[] | undefined, read_only };
}

async function jsonObject(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await request.json().catch(() => undefined);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new RequestError("The body must be a JSON object");
  }
  return body as Readonly<Record<string, unknown>>;
}

function signingKey(project: SupabaseProjectServer, id: string): SigningKey {
  const key = project.signingKeys.find(id);
  if (!key) throw new RequestError("Signing key not found", 404);
  return key;
}
