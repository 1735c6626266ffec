import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";

// Every resource type of the stand-in, as the stacks use them.
const config = new pulumi.Config();
const accountId = config.require("accountId");
const zoneId = config.require("zoneId");

const worker = new cloudflare.Worker("worker", {
  accountId,
  name: config.require("workerName"),
  logpush: false,
  observability: { enabled: true, headSamplingRate: 1 },
  subdomain: { enabled: true, previewsEnabled: false },
  tags: [],
});
const version = new cloudflare.WorkerVersion(
  "version",
  {
    accountId,
    workerId: worker.id,
    mainModule: "index.js",
    compatibilityDate: "2026-07-30",
    modules: [
      {
        name: "index.js",
        contentType: "application/javascript+module",
        contentBase64: Buffer.from(config.require("source")).toString("base64"),
      },
    ],
    bindings: pulumi.secret([
      { name: "KEY", type: "secret_text", text: config.requireSecret("key") },
      { name: "NAME", type: "plain_text", text: "plain" },
      { name: "VERSION", type: "version_metadata" },
    ]),
    annotations: { workersTag: "tag-1" },
  },
  { additionalSecretOutputs: ["bindings"] },
);
const deployment = new cloudflare.WorkersDeployment("deployment", {
  accountId,
  scriptName: worker.name,
  strategy: "percentage",
  versions: [{ versionId: version.id, percentage: 100 }],
});
const live = { dependsOn: [deployment] };
new cloudflare.WorkersCronTrigger(
  "cron",
  { accountId, scriptName: worker.name, schedules: [{ cron: "* * * * *" }] },
  live,
);
new cloudflare.WorkersRoute(
  "route",
  { zoneId, pattern: config.require("pattern"), script: worker.name },
  live,
);
new cloudflare.WorkersCustomDomain(
  "domain",
  { accountId, hostname: config.require("hostname"), service: worker.name, zoneId },
  { ...live, deleteBeforeReplace: true },
);

export const versionId = version.id;
