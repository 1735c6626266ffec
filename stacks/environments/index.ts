import type { Environment } from "./environment.ts";
import { local } from "./local.ts";
import { production } from "./production.ts";
import { staging } from "./staging.ts";

export type { Environment };

/** Every environment by its name. */
export const environments = { local, staging, production } as const satisfies Record<
  Environment["name"],
  Environment
>;
