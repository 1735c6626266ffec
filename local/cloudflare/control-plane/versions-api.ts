import { Hono } from "hono";
import type { Account } from "../account/account.ts";
import type { Binding, VersionRecord, WorkerRecord } from "../account/account-state.ts";
import { invalid } from "../account/api-error.ts";
import { readBindings, shownBinding } from "../account/bindings.ts";
import { authorEmail, deployWholly } from "../account/deployments.ts";
import {
  addVersion,
  addVersionWithBindings,
  requireVersion,
  type UploadedModule,
  type VersionUpload,
} from "../account/versions.ts";
import { requireWorker } from "../account/workers.ts";
import { type ApiEnvironment, origin, param } from "./api-environment.ts";
import { jsonBody, page, success } from "./envelope.ts";

/** Fields of a version that are kept and answered, and have no effect on one machine. */
const EXTRA_FIELDS = ["placement", "limits", "cache_options"] as const;

/** `/accounts/A/workers/workers/W/versions`: immutable versions, as JSON. */
export function versionsApi(): Hono<ApiEnvironment> {
  const app = new Hono<ApiEnvironment>();
  app.get("/:worker/versions", (c) => {
    const account = c.get("account");
    const worker = requireWorker(account, param(c, "worker"));
    return page(
      c,
      worker.versions.toReversed().map((version) => shownVersion(account, worker, version)),
    );
  });
  app.post("/:worker/versions", async (c) => {
    const account = c.get("account");
    const worker = requireWorker(account, param(c, "worker"));
    const by = origin(c, "create_version_api");
    const version = await addVersion(account, worker, readUpload(await jsonBody(c)), by);
    if (c.req.query("deploy") === "true") deployWholly(account, worker, version.id, by);
    await account.commit();
    return success(c, shownVersion(account, worker, version));
  });
  app.get("/:worker/versions/:version", (c) => {
    const account = c.get("account");
    const worker = requireWorker(account, param(c, "worker"));
    const version = requireVersion(worker, param(c, "version"));
    const withContent = c.req.query("include") === "modules";
    return success(c, shownVersion(account, worker, version, withContent));
  });
  app.patch("/:worker/versions/latest", async (c) => {
    const account = c.get("account");
    const worker = requireWorker(account, param(c, "worker"));
    const version = changeBindings(worker, await jsonBody(c), origin(c, "version_upload"));
    await account.commit();
    return success(c, shownVersion(account, worker, version));
  });
  return app;
}

/** `{env: {NAME: {type, text} | null}}`: the newest version again, not deployed; null deletes. */
function changeBindings(
  worker: WorkerRecord,
  body: Record<string, unknown>,
  by: ReturnType<typeof origin>,
): VersionRecord {
  const newest = worker.versions.at(-1);
  if (!newest) throw invalid(`Worker ${worker.name} has no version.`);
  const changes = Object.entries((body.env ?? {}) as Record<string, object | null>);
  const names = new Set(changes.map(([name]) => name));
  const kept = newest.bindings.filter(({ name }) => !names.has(name));
  const added = changes.flatMap(([name, value]) => (value ? [{ ...value, name }] : []));
  const bindings: Binding[] = [...kept, ...readBindings(added, newest.bindings)];
  const annotations = (body.annotations ?? {}) as Record<string, string>;
  return addVersionWithBindings(worker, newest, bindings, by, annotations);
}

function readUpload(body: Record<string, unknown>): VersionUpload {
  const { modules } = body;
  if (!Array.isArray(modules)) throw invalid("`modules` is missing.");
  return {
    ...(body as Partial<VersionUpload>),
    main_module: String(body.main_module ?? ""),
    modules: modules.map(readModule),
    extra: Object.fromEntries(
      EXTRA_FIELDS.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
    ),
  };
}

function readModule(value: Record<string, unknown> | null): UploadedModule {
  const { name, content_type, content_base64 } = value ?? {};
  if (typeof name !== "string" || typeof content_type !== "string") {
    throw invalid("Each of `modules` must have a `name` and a `content_type`.");
  }
  if (typeof content_base64 !== "string") {
    throw invalid(`Module ${name} must have a \`content_base64\`.`);
  }
  return { name, content_type, content: Buffer.from(content_base64, "base64") };
}

function shownVersion(
  account: Account,
  worker: WorkerRecord,
  version: VersionRecord,
  withContent = false,
): Record<string, unknown> {
  const { modules: store } = account.host;
  const { extra, handlers: _, bindings, modules, ...fields } = version;
  return {
    ...fields,
    ...extra,
    author_email: authorEmail(account),
    bindings: bindings.map(shownBinding),
    modules: modules.map(({ name, content_type, digest }) => ({
      name,
      content_type,
      ...(withContent && { content_base64: store.get(digest).toString("base64") }),
    })),
    urls: worker.settings.subdomain.previews_enabled
      ? [previewUrl(account, worker, version.id)]
      : [],
  };
}

function previewUrl(account: Account, worker: WorkerRecord, versionId: string): string {
  const { workersDevSubdomain } = account.tenant;
  return `https://${versionId.slice(0, 8)}-${worker.name}.${workersDevSubdomain}.workers.dev`;
}
