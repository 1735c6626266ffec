import { UserError } from "@stripe-customer-sync/provider-kit";
import { defineCommand, runMain } from "citty";
import { engineOfStack, type TerminalEngine } from "./engine/engine-of-stack.ts";
import { chooseVersion } from "./rollback/choose-version.ts";
import { otherSecrets } from "./rollback/other-secrets.ts";
import { type Release, type Releases, releasesOf } from "./rollback/releases.ts";
import { withPinnedVersion } from "./rollback/with-pinned-version.ts";
import { requireKnownArguments } from "./stack/require-known-arguments.ts";
import { tellFailure } from "./stack/tell-failure.ts";

/**
 * `npm run rollback -- --stack S [--to VERSION | --forward] [--yes]`: an earlier version of the
 * Worker gets all requests again, with the secrets that belonged to it. It is a setting of the
 * stack, `pinnedVersion`, and an update of what makes a version live and of nothing else.
 */
const rollback = defineCommand({
  meta: { name: "npm run rollback --", description: "Go back to an earlier version of the Worker" },
  args: {
    stack: { type: "string", description: "The stack to change", required: true },
    to: { type: "string", description: "A version's id; default: the one before the live one" },
    forward: { type: "boolean", description: "End a rollback: deploy what is checked out" },
    yes: { type: "boolean", description: "Do not ask after the preview" },
  },
  run: async ({ args }) => {
    try {
      requireKnownArguments(args, ["stack", "to", "forward", "yes"]);
      if (args.forward && args.to !== undefined) {
        throw new UserError("--to and --forward exclude each other: give one of them.");
      }
      const engine = await engineOfStack(args.stack);
      const releases = await releasesOf(engine);
      const consent = args.yes ? ["--yes"] : [];
      const done = args.forward
        ? await goForward(engine, releases, consent)
        : await goBack(engine, releases, consent, args.to);
      process.exitCode = done ? 0 : 1;
    } catch (error) {
      tellFailure(error, 1);
    }
  },
});

await runMain(rollback);

async function goBack(
  engine: TerminalEngine,
  releases: Releases,
  consent: readonly string[],
  named: string | undefined,
): Promise<boolean> {
  const { stack } = engine;
  const target = chooseVersion(releases, stack, named);
  tell(`Stack ${stack}: back to version ${inWords(target)}, with the secrets that belonged to it.`);
  const live = releases.versions.find(({ versionId }) => versionId === releases.live.versionId);
  const others = live === undefined ? [] : otherSecrets(live, target);
  if (others.length > 0) {
    tell(
      `These secrets are others than those of the version that is live: ${others.join(", ")}. ` +
        "Only the Worker gets the old ones back: the database and the vendors keep the present ones.",
    );
  }
  // Only what makes a version live: what else is checked out and not deployed stays undeployed.
  const targets = releases.urns.flatMap((urn) => ["--target", urn]);
  const done = await withPinnedVersion(engine, target.versionId, [
    "--diff",
    ...targets,
    ...consent,
  ]);
  tell(
    done
      ? `Version ${target.versionId} has all requests. Pulumi.${stack}.yaml says so (pinnedVersion): commit it, ` +
          `or an update from another checkout goes forward.\n` +
          `Forward again, with what is then checked out: npm run rollback -- --stack ${stack} --forward`
      : "The rollback did not take; the engine's message is above. The setting is as the stack is.",
  );
  return done;
}

async function goForward(
  engine: TerminalEngine,
  releases: Releases,
  consent: readonly string[],
): Promise<boolean> {
  if (releases.pinnedVersion === undefined) {
    throw new UserError(
      `Stack ${engine.stack} is not rolled back: no version is pinned. To deploy what is checked out: ${engine.command} up -s ${engine.stack}`,
    );
  }
  tell(
    `Stack ${engine.stack}: forward from version ${releases.pinnedVersion} to what is checked out.`,
  );
  const done = await withPinnedVersion(engine, undefined, consent);
  tell(
    done
      ? `No version is pinned any more. Pulumi.${engine.stack}.yaml says so: commit it.`
      : "Going forward did not take; the engine's message is above. The setting is as the stack is.",
  );
  return done;
}

function inWords({ versionId, bundleDigest }: Release): string {
  return `${versionId} (bundle ${bundleDigest.slice(0, 12)})`;
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
