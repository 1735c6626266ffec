import type Cloudflare from "cloudflare";
import type { VersionCreateParams } from "cloudflare/resources/workers/beta/workers/versions";
import { sandbox } from "./start-test-cloud.ts";

type Bindings = NonNullable<VersionCreateParams["bindings"]>;

export interface TestWorker {
  readonly name: string;
  readonly source: string;
  readonly bindings?: Bindings;
}

/** Uploads a version of a Worker that exists; it is not live yet. */
export async function uploadVersion(
  cf: Cloudflare,
  { name, source, bindings = [] }: TestWorker,
): Promise<string> {
  const { id } = await cf.workers.beta.workers.versions.create(name, {
    account_id: sandbox.accountId,
    main_module: "index.js",
    compatibility_date: "2026-07-30",
    modules: [
      {
        name: "index.js",
        content_type: "application/javascript+module",
        content_base64: Buffer.from(source).toString("base64"),
      },
    ],
    bindings,
  });
  return id;
}

/** Makes versions live with their percentages. */
export async function deployVersions(
  cf: Cloudflare,
  name: string,
  shares: Readonly<Record<string, number>>,
): Promise<string> {
  const { id } = await cf.workers.scripts.deployments.create(name, {
    account_id: sandbox.accountId,
    strategy: "percentage",
    versions: Object.entries(shares).map(([version_id, percentage]) => ({
      version_id,
      percentage,
    })),
  });
  return id;
}

/** A Worker on workers.dev with one live version; returns the version's id. */
export async function deployWorker(cf: Cloudflare, worker: TestWorker): Promise<string> {
  await cf.workers.beta.workers.create({
    account_id: sandbox.accountId,
    name: worker.name,
    subdomain: { enabled: true, previews_enabled: false },
  });
  const versionId = await uploadVersion(cf, worker);
  await deployVersions(cf, worker.name, { [versionId]: 100 });
  return versionId;
}

/** The path of a sandbox Worker on the data plane. */
export function workersDevPath(name: string): string {
  return `/${name}.${sandbox.workersDevSubdomain}.workers.dev`;
}
