import {
  type CheckResult,
  checkProperties,
  flag,
  integer,
  list,
  optional,
  type Properties,
  record,
  secret,
  shape,
  text,
  url,
} from "@stripe-customer-sync/provider-kit";

/** What should be live, and what is: {@link reachable} is true in every program. */
export type LiveCheckInputs = {
  readonly accountId: string;
  readonly workerName: string;
  readonly workerUrl: string;
  readonly versions: readonly LiveVersion[];
  readonly schedules: readonly string[];
  readonly bindingNames: readonly string[];
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly operatorToken: string;
  readonly waitSeconds: number;
  readonly reachable: boolean;
};

export type LiveVersion = { readonly versionId: string; readonly percentage: number };

const defaultWaitSeconds = 60;
const longestWaitSeconds = 900;

export function checkedInputs(news: Properties): CheckResult<LiveCheckInputs> {
  return checkProperties<LiveCheckInputs>(news, {
    accountId: text({ pattern: /^[0-9a-f]{32}$/, like: "32 hexadecimal characters" }),
    workerName: text({ pattern: /^[a-z0-9_][a-z0-9_-]*$/, like: "a Worker's name", atMost: 63 }),
    workerUrl: url(),
    versions: list(shape({ versionId: text(), percentage: integer({ atLeast: 0, atMost: 100 }) }), {
      atLeast: 1,
    }),
    schedules: list(text(), { distinct: true }),
    bindingNames: list(text(), { distinct: true }),
    fingerprints: record(text({ pattern: /^[0-9a-f]{16}$/, like: "16 hexadecimal characters" })),
    operatorToken: secret(text()),
    waitSeconds: optional(integer({ atLeast: 1, atMost: longestWaitSeconds }), defaultWaitSeconds),
    reachable: optional(flag(), true),
  });
}
