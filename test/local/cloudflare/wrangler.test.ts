import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { CloudflareCloud } from "../../../local/cloudflare/index.ts";
import { workersDevPath } from "./deploy-worker.ts";
import {
  type AtTheEnd,
  atTheEndOfFile,
  sandbox,
  startTestCloud,
  temporaryFolder,
} from "./start-test-cloud.ts";

/** Many processes, on a machine that may be busy: the limit ends a hang, no more. */
const SLOW = { timeout: 240_000 };

const WRANGLER = join(import.meta.dirname, "..", "..", "..", "node_modules", ".bin", "wrangler");

interface Wrangler {
  /** @throws with everything printed when the exit code is not 0 */
  run(args: readonly string[], input?: string): Promise<string>;
  greet(text: string): void;
}

/** The real wrangler in a project of its own, with nothing but the test cloud to talk to. */
function wrangler(cloud: CloudflareCloud, atTheEnd: AtTheEnd): Wrangler {
  const folder = temporaryFolder(atTheEnd);
  const home = join(folder, "home");
  mkdirSync(home);
  writeFileSync(
    join(folder, "index.js"),
    "export default { fetch: (_, env) => Response.json({ text: env.GREETING, key: env.KEY }) };",
  );
  const greet = (text: string) =>
    writeFileSync(
      join(folder, "wrangler.json"),
      JSON.stringify({
        name: "wrangled",
        main: "index.js",
        compatibility_date: "2026-07-30",
        workers_dev: true,
        vars: { GREETING: text },
        triggers: { crons: ["*/2 * * * *"] },
      }),
    );
  greet("first");
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    CI: "1",
    CLOUDFLARE_API_BASE_URL: cloud.apiUrl,
    CLOUDFLARE_API_TOKEN: sandbox.apiToken,
    CLOUDFLARE_ACCOUNT_ID: sandbox.accountId,
    WRANGLER_SEND_METRICS: "false",
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  };
  return {
    greet,
    run: (args, input = "") =>
      new Promise((resolve, reject) => {
        const child = execFile(WRANGLER, args, { cwd: folder, env }, (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`wrangler ${args.join(" ")}:\n${stdout}${stderr}`));
        });
        child.stdin?.end(input);
      }),
  };
}

// One Worker, and each test goes on where the one before left it: wrangler takes a second of
// processor time to start.
let cloud: CloudflareCloud;
let run: Wrangler["run"];
let greet: Wrangler["greet"];
const atTheEnd = atTheEndOfFile();
const account = () => cloud.account(sandbox.accountId);

beforeAll(async () => {
  cloud = await startTestCloud({}, atTheEnd);
  ({ run, greet } = wrangler(cloud, atTheEnd));
});

async function answer(): Promise<unknown> {
  return (await fetch(`${cloud.workersUrl}${workersDevPath("wrangled")}/`)).json();
}

test(
  "wrangler deploys, sets a secret that later deployments keep, and lists it all",
  SLOW,
  async () => {
    await run(["deploy"]);
    expect(await answer()).toEqual({ text: "first" });
    expect(account().schedules("wrangled")).toEqual(["*/2 * * * *"]);

    await run(["secret", "put", "KEY"], "fake-secret");
    expect(await answer()).toEqual({ text: "first", key: "fake-secret" });
    expect(JSON.parse(await run(["secret", "list"]))).toEqual([
      { name: "KEY", type: "secret_text" },
    ]);

    greet("second");
    await run(["deploy"]);
    expect(await answer()).toEqual({ text: "second", key: "fake-secret" });

    const deployments = JSON.parse(await run(["deployments", "list", "--json"]));
    const versions = JSON.parse(await run(["versions", "list", "--json"]));
    expect(deployments).toHaveLength(3);
    expect(versions).toHaveLength(3);
    const by = versions.map((each: { annotations: object }) => each.annotations);
    expect(by).toContainEqual({ "workers/triggered_by": "secret" });
  },
);

test(
  "wrangler uploads a version, deploys it, rolls back and deletes the Worker",
  SLOW,
  async () => {
    greet("third");
    await run(["versions", "upload", "--tag", "three"]);
    expect(await answer()).toEqual({ text: "second", key: "fake-secret" });
    const third = account().versions("wrangled").at(-1);
    expect(third?.annotations).toMatchObject({ "workers/tag": "three" });
    await expect(run(["secret", "put", "KEY"], "x")).rejects.toThrow("isn't currently deployed");

    await run(["versions", "deploy", `${third?.id}@100`, "-y"]);
    expect(await answer()).toEqual({ text: "third", key: "fake-secret" });
    await run(["rollback", "-y", "--message", "back"]);
    expect(await answer()).toEqual({ text: "second", key: "fake-secret" });

    // The version behind the secret is brought back only because wrangler confirms and forces it.
    const [first] = account().versions("wrangled");
    expect(await run(["rollback", `${first?.id}`, "-y", "--message", "back"])).toMatch(
      /secrets have changed since version[\s\S]*KEY/,
    );
    expect(await answer()).toEqual({ text: "first" });
    const refused = account()
      .calls()
      .filter(({ status }) => status === 400);
    expect(refused).toEqual([
      expect.objectContaining({ method: "PUT", path: expect.stringMatching(/secrets$/) }),
      expect.objectContaining({ method: "POST", path: expect.stringMatching(/deployments$/) }),
    ]);

    await run(["delete", "--force"]);
    expect(account().workerNames()).toEqual([]);
  },
);
