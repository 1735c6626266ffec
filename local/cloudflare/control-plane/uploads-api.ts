import { Hono } from "hono";
import type { Account } from "../account/account.ts";
import type { VersionRecord, WorkerRecord } from "../account/account-state.ts";
import { invalid } from "../account/api-error.ts";
import { shownBinding } from "../account/bindings.ts";
import { authorEmail, deployWholly } from "../account/deployments.ts";
import { addVersion, requireVersion, type VersionUpload } from "../account/versions.ts";
import { createWorker, findWorker, requireWorker, updateWorker } from "../account/workers.ts";
import { type ApiContext, type ApiEnvironment, origin, param } from "./api-environment.ts";
import { success } from "./envelope.ts";

/** `/accounts/A/workers/scripts/W` and its versions: multipart uploads, as wrangler makes them. */
export function uploadsApi(): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  app.put("/scripts/:script", async (c) => {
    const account = c.get("account");
    const { upload, metadata } = await readForm(c);
    const name = param(c, "script");
    const known = findWorker(account, name);
    const worker = known ?? createWorker(account, { name, ...metadata });
    try {
      const version = await addVersion(account, worker, upload, origin(c, "upload"));
      if (known) updateWorker(account, worker, { ...metadata, name: undefined }, "amend");
      deployWholly(account, worker, version.id, origin(c, "upload"));
      await account.commit();
      return success(c, uploadedScript(worker, version));
    } catch (error) {
      // A refused first upload leaves no Worker behind.
      if (!known) account.state.workers = account.state.workers.filter((w) => w !== worker);
      throw error;
    }
  });
  app.post("/scripts/:script/versions", async (c) => {
    const account = c.get("account");
    const worker = requireWorker(account, param(c, "script"));
    const { upload } = await readForm(c);
    const version = await addVersion(account, worker, upload, origin(c, "version_upload"));
    await account.commit();
    return success(c, {
      ...shownVersion(account, worker, version),
      startup_time_ms: version.startup_time_ms,
    });
  });
  app.get("/scripts/:script/versions", (c) => {
    const account = c.get("account");
    const worker = requireWorker(account, param(c, "script"));
    const items = Number(c.req.query("page") ?? 1) > 1 ? [] : worker.versions.toReversed();
    return success(c, { items: items.map((version) => shownVersion(account, worker, version)) });
  });
  app.get("/scripts/:script/versions/:version", (c) => {
    const account = c.get("account");
    const worker = requireWorker(account, param(c, "script"));
    const version = requireVersion(worker, param(c, "version"));
    return success(c, shownVersion(account, worker, version));
  });
  return app;
}

interface UploadForm {
  readonly upload: VersionUpload;
  /** Settings of the Worker that travel with the upload. */
  readonly metadata: Record<string, unknown>;
}

/** The part `metadata` is JSON; every other part is a module under its own name. */
async function readForm(c: ApiContext): Promise<UploadForm> {
  const form = await c.req.formData().catch(() => undefined);
  const text = form?.get("metadata");
  if (!form || text === null || text === undefined) {
    throw invalid("The upload must be multipart/form-data with a part `metadata`.");
  }
  const metadata = parseMetadata(typeof text === "string" ? text : await text.text());
  const parts = [...form].filter(([name]) => name !== "metadata");
  const modules = await Promise.all(
    parts.map(async ([name, part]) => ({
      name,
      content_type: typeof part === "string" ? "text/plain" : part.type,
      content: typeof part === "string" ? Buffer.from(part) : await part.bytes(),
    })),
  );
  const upload = metadata as Partial<VersionUpload>;
  const { placement, limits } = metadata;
  return {
    upload: {
      ...upload,
      main_module: String(metadata.main_module ?? ""),
      modules,
      extra: {
        ...(placement !== undefined && { placement }),
        ...(limits !== undefined && { limits }),
      },
    },
    metadata: {
      logpush: metadata.logpush,
      observability: metadata.observability,
      tags: metadata.tags,
      tail_consumers: metadata.tail_consumers,
    },
  };
}

function parseMetadata(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below: the text is not quoted, for it may hold secrets.
  }
  throw invalid("The part `metadata` must be a JSON object.");
}

/** wrangler prints `deployment_id` as the new version's id. */
function uploadedScript(worker: WorkerRecord, version: VersionRecord): Record<string, unknown> {
  return {
    id: worker.name,
    tag: worker.id,
    etag: version.modules[0]?.digest,
    handlers: version.handlers,
    created_on: worker.created_on,
    modified_on: worker.updated_on,
    deployment_id: version.id,
    startup_time_ms: version.startup_time_ms,
    usage_model: version.usage_model,
    entry_point: version.main_module,
    has_modules: true,
  };
}

function shownVersion(
  account: Account,
  worker: WorkerRecord,
  version: VersionRecord,
): Record<string, unknown> {
  const { id, number, created_on, source, annotations } = version;
  const main = version.modules.find(({ name }) => name === version.main_module);
  return {
    id,
    number,
    metadata: {
      author_email: authorEmail(account),
      source,
      created_on,
      modified_on: created_on,
      hasPreview: worker.settings.subdomain.previews_enabled,
    },
    annotations,
    resources: {
      script: { etag: main?.digest, handlers: version.handlers, last_deployed_from: source },
      script_runtime: {
        compatibility_date: version.compatibility_date,
        compatibility_flags: version.compatibility_flags,
        usage_model: version.usage_model,
      },
      bindings: version.bindings.map(shownBinding),
    },
  };
}
