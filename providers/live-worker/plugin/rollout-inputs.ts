import {
  type CheckResult,
  checkProperties,
  integer,
  list,
  optional,
  type Properties,
  record,
  secret,
  text,
  url,
} from "@stripe-customer-sync/provider-kit";
import { type Entrance, entranceRules } from "./entrance.ts";
import type { ReleasedVersion } from "./released-version.ts";

/** A version, and how it shall become live. */
export type RolloutInputs = Entrance & {
  readonly accountId: string;
  readonly workerId: string;
  readonly workerName: string;
  readonly workerUrl: string;
  readonly versionId: string;
  readonly bundleDigest: string;
  readonly bindingNames: readonly string[];
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly percentage: number;
  readonly pinnedVersion?: string;
  readonly operatorToken: string;
  readonly waitSeconds: number;
};

/** What shall be live, and what the stack remembers of the versions before. */
export type RolloutOutputs = RolloutInputs & {
  /** The version that is, or becomes, live. */
  readonly liveVersionId: string;
  /** Its share of the requests: 1 to 100. */
  readonly livePercentage: number;
  /** What had all requests before, and has the rest of them now; empty when there is no such. */
  readonly stableVersionId: string;
  readonly liveBundleDigest: string;
  readonly liveBindingNames: readonly string[];
  readonly liveFingerprints: Readonly<Record<string, string>>;
  /** Newest first. */
  readonly released: readonly ReleasedVersion[];
};

const defaultWaitSeconds = 60;
const longestWaitSeconds = 900;

export function checkedRollout(news: Properties): CheckResult<RolloutInputs> {
  return checkProperties<RolloutInputs>(news, {
    accountId: text({ pattern: /^[0-9a-f]{32}$/, like: "32 hexadecimal characters" }),
    workerId: text(),
    workerName: text({ pattern: /^[a-z0-9_][a-z0-9_-]*$/, like: "a Worker's name", atMost: 63 }),
    workerUrl: url(),
    ...entranceRules,
    versionId: text(),
    bundleDigest: text(),
    bindingNames: list(text(), { distinct: true }),
    fingerprints: record(text({ pattern: /^[0-9a-f]{16}$/, like: "16 hexadecimal characters" })),
    percentage: integer({ atLeast: 1, atMost: 100 }),
    pinnedVersion: optional(text()),
    operatorToken: secret(text()),
    waitSeconds: optional(integer({ atLeast: 1, atMost: longestWaitSeconds }), defaultWaitSeconds),
  });
}
