import * as pulumi from "@pulumi/pulumi";

/** Types of the resources that the stack's state has at the beginning of this run. */
export async function ownResourceTypes(): Promise<ReadonlySet<string>> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs }: { outputs: Record<string, { readonly type: string }> } =
    await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  return new Set(Object.values(outputs).map(({ type }) => type));
}
