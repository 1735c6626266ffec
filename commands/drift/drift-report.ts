import type { Finding } from "../plan/findings.ts";

/** What a look at a stack's whole cloud has shown. */
export interface DriftReport {
  readonly stack: string;
  /** ISO 8601. */
  readonly lookedAt: string;
  readonly outcome: "clean" | "drift" | "could not look";
  /** Changed in the cloud by other hands than the stack's. */
  readonly drift: readonly DriftFinding[];
  /** The program says otherwise than what was deployed last: not rolled out yet. */
  readonly undeployed: readonly Finding[];
  readonly coverage: Coverage;
  /** Commands that repair everything above, in this order. */
  readonly repair: readonly string[];
}

export interface DriftFinding extends Finding {
  /** When a look on this machine first found it; ISO 8601. */
  readonly knownSince: string;
}

/** What the report is about, so that silence is not taken for peace. */
export interface Coverage {
  /** Names of resources that were compared with the cloud. */
  readonly looked: readonly string[];
  /** What should have been looked at and could not be, each with the reason. */
  readonly couldNot: readonly Unseen[];
  /** What no look can see, with what to do instead. */
  readonly never: readonly Unseen[];
}

export interface Unseen {
  readonly what: string;
  readonly why: string;
}
