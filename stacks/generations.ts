/**
 * Things of which the stack has one and, while a rotation lasts, two: each has a number, the one
 * in use stands last. A rotation adds `2` to `1` and later removes the `1`.
 */

/** An endpoint of Stripe's events; a silent one is there but gets none. */
export interface EndpointGeneration {
  readonly generation: number;
  readonly silent: boolean;
}

/** `1`, or `1,2` while a rotation lasts. */
export const GENERATIONS_PATTERN = /^[1-9]\d{0,5}(?:,[1-9]\d{0,5})?$/;

/** The same, each perhaps with `:silent` behind its number. */
export const ENDPOINTS_PATTERN = /^[1-9]\d{0,5}(?::silent)?(?:,[1-9]\d{0,5}(?::silent)?)?$/;

const FIRST = "1";

/** @param setting as in the stack's settings: one or two numbers; the first when left out */
export function readGenerations(setting: string | undefined): number[] {
  return (setting ?? FIRST).split(",").map(Number);
}

/** @param setting as in the stack's settings; one that gets events when left out */
export function readEndpoints(setting: string | undefined): EndpointGeneration[] {
  return (setting ?? FIRST).split(",").map((each) => {
    const [generation, silent] = each.split(":");
    return { generation: Number(generation), silent: silent !== undefined };
  });
}

/** As the setting is written. */
export function endpointsSetting(endpoints: readonly EndpointGeneration[]): string {
  return endpoints
    .map(({ generation, silent }) => `${generation}${silent ? ":silent" : ""}`)
    .join(",");
}
