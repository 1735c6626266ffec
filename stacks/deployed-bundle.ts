import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";
import { UNKNOWN_COMMIT } from "./checked-out-commit.ts";

/** What a stack says of the bundle that it runs. */
export type DeployedBundle =
  | { readonly kind: "deployed"; readonly digest: string; readonly commit: string }
  /** No update of the stack has passed its live check, or everything was destroyed since. */
  | { readonly kind: "nothing" }
  /** The backend does not know the stack, or does not let this user read it. */
  | { readonly kind: "unreadable"; readonly why: string };

const outputs = v.object({
  bundleDigest: v.string(),
  gitCommit: v.optional(v.string(), UNKNOWN_COMMIT),
});

/**
 * Asks the state backend which bundle a stack runs; declares nothing.
 *
 * @param stack its name, or `organization/project/stack`
 */
export async function deployedBundleOf(stack: string): Promise<DeployedBundle> {
  try {
    const answer: { outputs?: unknown } = await pulumi.runtime.invoke(
      "pulumi:pulumi:readStackOutputs",
      { name: wholeName(stack) },
    );
    return bundleInOutputs(answer.outputs);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "unreadable", why: message.replace(/^.*returned an error: /s, "") };
  }
}

/** The bundle that a stack's outputs tell of. */
export function bundleInOutputs(found: unknown): DeployedBundle {
  const told = v.safeParse(outputs, found);
  if (!told.success) return { kind: "nothing" };
  return { kind: "deployed", digest: told.output.bundleDigest, commit: told.output.gitCommit };
}

/** The engine wants the whole name; a backend without organizations has one called so. */
function wholeName(stack: string): string {
  const project = `${pulumi.getOrganization()}/${pulumi.getProject()}`;
  return stack.includes("/") ? stack : `${project}/${stack}`;
}
