import * as v from "valibot";
import { environments } from "./environments/index.ts";
import { readEndpoints, readGenerations } from "./generations.ts";
import { type Setting, settingCatalogue } from "./setting-catalogue.ts";
import { type SettingProblem, SettingsError } from "./settings-error.ts";

/** What is right and what is wrong in a configuration that need not be whole. */
export interface JudgedSettings {
  /** The settings that are there and right by themselves. */
  readonly values: Partial<SettingValues>;
  readonly problems: readonly SettingProblem[];
}

type Catalogue = (typeof settingCatalogue)[number];
type RequiredKey = Extract<Catalogue, { required: true }>["key"];
type OptionalKey = Extract<Catalogue, { required: false }>["key"];

/** The value of each setting as it was configured; keys as in the catalogue. */
export type SettingValues = { readonly [K in RequiredKey]: string } & {
  readonly [K in OptionalKey]: string | undefined;
};

const PROJECT = "stripe-customer-sync";

/**
 * Checks every setting and how they fit together.
 *
 * @throws SettingsError with all problems at once
 */
export function readSettingValues(
  config: Readonly<Record<string, string>>,
  stack: string,
  variables: NodeJS.ProcessEnv,
): SettingValues {
  const { values, problems } = judgeSettings(config, variables);
  if (problems.length > 0) throw new SettingsError(stack, problems);
  return values as SettingValues;
}

/** Checks every setting and how they fit together, and gives what there is. */
export function judgeSettings(
  config: Readonly<Record<string, string>>,
  variables: NodeJS.ProcessEnv,
): JudgedSettings {
  const found = new Map<string, string>();
  const problems: SettingProblem[] = unknownKeys(config);
  for (const setting of settingCatalogue as readonly Setting[]) {
    const value =
      config[fullKey(setting.key)] ?? (setting.variable ? variables[setting.variable] : undefined);
    if (value === undefined || value === "") {
      if (setting.required) problems.push({ setting, problem: "is missing" });
      continue;
    }
    const result = v.safeParse(setting.schema, value);
    if (result.success) found.set(setting.key, value);
    else problems.push({ setting, problem: result.issues[0].message });
  }
  problems.push(...conflicts(found));
  return { values: Object.fromEntries(found), problems };
}

/** The key with its namespace, as the engine keeps it. */
export function fullKey(key: string): string {
  return key.includes(":") ? key : `${PROJECT}:${key}`;
}

/** A mistyped optional setting would otherwise be ignored without a word. */
function unknownKeys(config: Readonly<Record<string, string>>): SettingProblem[] {
  const known = new Set(settingCatalogue.map(({ key }) => fullKey(key)));
  return Object.keys(config)
    .filter((key) => key.startsWith(`${PROJECT}:`) && !known.has(key))
    .map((key) => ({ unknownKey: key.slice(PROJECT.length + 1) }));
}

function conflicts(values: ReadonlyMap<string, string>): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const add = (key: Catalogue["key"], problem: string) => {
    const setting = settingCatalogue.find((one) => one.key === key);
    if (setting) problems.push({ setting, problem });
  };
  const exposed = values.has("domain") || values.has("route");
  if (values.has("domain") && values.has("route")) {
    add("route", "cannot be set together with domain: remove one of them");
  }
  if (exposed && !values.has("cloudflareZoneId")) {
    add("cloudflareZoneId", "is missing: a domain or route needs its zone");
  }
  if (!exposed && !values.has("workersDevSubdomain")) {
    add("workersDevSubdomain", "is missing: without a domain or route the Worker needs it");
  }
  const environment = values.get("environment");
  if (environment !== undefined && environment in environments) {
    const { livemode } = environments[environment as keyof typeof environments];
    const mode = livemode ? "live" : "test";
    for (const key of ["stripe:apiKey", "stripeWorkerKey"] as const) {
      const value = values.get(key);
      if (value !== undefined && value.split("_")[1] !== mode) {
        const other = livemode ? "test" : "live";
        add(key, `is a ${other}-mode key, but environment ${environment} is ${mode} mode`);
      }
    }
  }
  const keys = readGenerations(values.get("workerKeys"));
  if (new Set(keys).size < keys.length) add("workerKeys", "must not name a number twice");
  const endpoints = readEndpoints(values.get("stripeEndpoints"));
  if (new Set(endpoints.map(({ generation }) => generation)).size < endpoints.length) {
    add("stripeEndpoints", "must not name a number twice");
  }
  if (endpoints.every(({ silent }) => silent)) {
    add("stripeEndpoints", "must name one that is not silent");
  }
  if (endpoints.length > 1 && values.has("stripeSigningSecretPrevious")) {
    add(
      "stripeSigningSecretPrevious",
      "cannot be set while stripeEndpoints names two: the Worker accepts two secrets",
    );
  }
  if (values.has("webhookToken") && values.get("webhookToken") === values.get("operatorToken")) {
    add("operatorToken", "must differ from webhookToken");
  }
  return problems;
}
