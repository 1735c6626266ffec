/** Metadata key by which an endpoint names the resource that made it. */
export const markUrn = "pulumi_urn";

// https://docs.stripe.com/metadata
const longestValueCharacters = 500;

/** The metadata that marks an object as made by the resource. The end of a URN names it best. */
export function markOf(urn: string): Record<string, string> {
  return { [markUrn]: urn.slice(-longestValueCharacters) };
}

/** The metadata that the program knows about. */
export function withoutMark(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== markUrn));
}
