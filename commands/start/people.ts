/** What somebody types into the sample application's sign-up form. */
export interface Person {
  readonly name: string;
  readonly organization: string;
  readonly industry: string;
  readonly region: string;
  /** The part of the address before the @. */
  readonly mailbox: string;
}

/** Invented people who sign up at each start. */
export const people: readonly Person[] = [
  {
    name: "Ada Example",
    organization: "Analytical Engines",
    industry: "manufacturing",
    region: "eu-west",
    mailbox: "ada",
  },
  {
    name: "Grace Example",
    organization: "Compiler Works",
    industry: "software",
    region: "us-east",
    mailbox: "grace",
  },
  {
    name: "Katherine Example",
    organization: "Orbital Logistics",
    industry: "transport",
    region: "us-south",
    mailbox: "katherine",
  },
];
