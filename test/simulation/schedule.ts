import fc from "fast-check";
import type { Fault } from "./fault.ts";

/**
 * One thing that happens. Numbers choose among what there is at that moment, modulo its count, so
 * that every schedule can be played and a shrunk one too.
 */
export type Move =
  /**
   * Somebody signs up; without its trigger (an import, say) the organization gets no job. Some of
   * those are older than the sync and have a customer, made by another tool, that their row does
   * not name.
   */
  | {
      readonly do: "sign-up";
      readonly owner: number;
      readonly trigger: boolean;
      readonly older: boolean;
    }
  | { readonly do: "change"; readonly organization: number; readonly text: string | null }
  | { readonly do: "change-owner"; readonly organization: number; readonly text: string }
  | { readonly do: "delete"; readonly organization: number }
  /** The webhook arrives: once more, out of order or a week late. */
  | { readonly do: "ring"; readonly organization: number; readonly version: number }
  | { readonly do: "tick"; readonly version: number }
  /** One call that some Worker has begun comes to its effect and answer. */
  | { readonly do: "step"; readonly pick: number; readonly fault: Fault | undefined }
  /** A Worker is gone, with all that it was about to do; its calls may still arrive. */
  | { readonly do: "crash"; readonly pick: number }
  | { readonly do: "time"; readonly ms: number }
  /** The machine of all Workers stood still: their time limits fire only later. */
  | { readonly do: "stall"; readonly ms: number }
  /** An event of Stripe arrives: late, twice or in another order. */
  | { readonly do: "stripe-event"; readonly pick: number }
  | { readonly do: "search-lag"; readonly ms: number }
  /** Somebody's hand in Stripe's dashboard. */
  | { readonly do: "delete-customer"; readonly pick: number }
  | { readonly do: "strip-metadata"; readonly pick: number };

export interface Schedule {
  /** Decides ids. */
  readonly seed: number;
  readonly moves: readonly Move[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const when = fc.constantFrom("before" as const, "after" as const);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant({ kind: "refuse" as const }),
  fc.record({ kind: fc.constantFrom("reset" as const, "hang" as const), when }),
  fc.record({
    kind: fc.constant("answer" as const),
    when,
    status: fc.constantFrom(500, 502, 503, 409, 429, 401, 403),
    stored: fc.constant(false),
  }),
  fc.record({
    kind: fc.constant("answer" as const),
    when,
    status: fc.constant(500),
    stored: fc.constant(true),
  }),
  fc.constant({
    kind: "answer" as const,
    when: "before" as const,
    status: 429,
    stored: false,
    code: "lock_timeout",
  }),
);

const pick = fc.nat(9);
const organization = fc.nat(3);
/** Of the Worker: while a gradual deployment goes on, either may be met. */
const version = fc.nat(1);
const text = fc.constantFrom(
  "Acme",
  "Société Générale",
  "🦄 Unicorns [EU]",
  "x".repeat(700),
  "a\u0007b",
);

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("sign-up" as const),
      owner: fc.nat(2),
      trigger: fc.nat(7).map((dice) => dice > 0),
      older: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("change" as const),
      organization,
      text: fc.option(text),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("change-owner" as const), organization, text }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), organization }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("ring" as const), organization, version }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("tick" as const), version }) },
  {
    weight: 26,
    arbitrary: fc.record({
      do: fc.constant("step" as const),
      pick,
      fault: fc.option(fault, { freq: 2, nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), pick }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("time" as const),
      ms: fc.constantFrom(SECOND, 12 * SECOND, 3 * MINUTE, HOUR, 23 * HOUR, 25 * HOUR),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("stall" as const),
      ms: fc.constantFrom(3 * SECOND, 30 * SECOND, 3 * MINUTE),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("stripe-event" as const), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("search-lag" as const),
      ms: fc.constantFrom(0, MINUTE, HOUR),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete-customer" as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("strip-metadata" as const), pick }) },
);

/** Schedules that begin with a sign-up; fast-check makes the simplest one that still fails. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  moves: fc
    .array(move, { minLength: 10, maxLength: 60, size: "max" })
    .map((moves): Move[] => [{ do: "sign-up", owner: 0, trigger: true, older: false }, ...moves]),
});
