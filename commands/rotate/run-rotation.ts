import { UserError } from "@stripe-customer-sync/provider-kit";
import { Listr } from "listr2";
import { undeployedSecrets } from "./is-deployed.ts";
import type { RotatingStack, Rotation } from "./rotation.ts";

/**
 * Makes the steps that are left of a rotation, one after the other, and shows them.
 *
 * @param atOnce whether to pass over the waits, for a secret that has leaked
 * @throws UserError; what was done until then stays, and the next run goes on from there
 */
export async function runRotation(
  rotation: Rotation,
  rotating: RotatingStack,
  atOnce: boolean,
): Promise<void> {
  requireOneVersion(rotating);
  const next = rotation.nextStep(rotating);
  if (next === 0) {
    requireDeployed(rotating);
    await rotation.prepare?.(rotating);
  }
  const isMade = (index: number) => index < next;
  await new Listr(
    rotation.steps.map(({ title, run, waits = false }, index) => ({
      title,
      skip: () => {
        if (isMade(index)) return `${title} (done by an earlier run)`;
        return waits && atOnce ? `${title} (passed over: --at-once)` : false;
      },
      task: (_: unknown, task: { output: string }) =>
        run(rotating, (what) => {
          if (task.output !== what) task.output = what;
        }),
    })),
    { rendererOptions: { collapseSkips: false, showErrorMessage: false } },
  ).run();
}

/** A version that is kept live beside the newest, or instead, knows the old secret only. */
function requireOneVersion({ stack, settings }: RotatingStack): void {
  const { rollout = "100", pinnedVersion } = settings;
  const { command } = stack.engine;
  if (pinnedVersion !== undefined) {
    throw new UserError(
      `Stack ${stack.name} stays on an earlier version of the Worker (pinnedVersion), which would not ` +
        "get the new secret; nothing was changed. End the rollback first: " +
        `npm run rollback -- --stack ${stack.name} --forward`,
    );
  }
  if (rollout !== "100") {
    throw new UserError(
      `Stack ${stack.name} gives new versions of the Worker ${rollout} % of the requests (rollout); the ` +
        "rest would refuse the new secret; nothing was changed. Finish the rollout first: " +
        `${command} config rm rollout -s ${stack.name}, then ${command} up -s ${stack.name}`,
    );
  }
}

/**
 * A rotation begins at what is live: a secret that was changed in the settings and not deployed
 * would take the place of the old one, and the old one would be refused.
 */
function requireDeployed({ stack, settings, deployed }: RotatingStack): void {
  const names = undeployedSecrets(settings, deployed);
  const up = `${stack.engine.command} up -s ${stack.name}`;
  if (names.length > 0) {
    throw new UserError(
      `Stack ${stack.name} does not run with the secrets of its settings (${names.join(", ")}); ` +
        `nothing was changed. Deploy it first: ${up}`,
    );
  }
  if (!deployed.isWhole) {
    throw new UserError(
      `The last update of stack ${stack.name} did not come to its end; nothing was changed. ` +
        `Finish it first: ${up}`,
    );
  }
}
