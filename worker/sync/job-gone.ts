/** Nothing more may be done for a job here: another Worker has it, or its organization is gone. */
export class JobGone extends Error {
  override readonly name = "JobGone";
  readonly reason: "lease_lost" | "orphaned";

  constructor(reason: JobGone["reason"]) {
    super(reason);
    this.reason = reason;
  }
}
