import type Stripe from "stripe";
import { createCallFunction } from "./jobs/call-function.ts";
import { createJobs, type Jobs } from "./jobs/jobs.ts";
import type { Settings } from "./settings/settings.ts";
import { type Customers, createCustomers } from "./stripe/customers.ts";
import { createStripeClient } from "./stripe/stripe-client.ts";
import { createSubrequests, type Subrequests } from "./subrequests.ts";

/** What one invocation of the Worker works with. */
export interface Services {
  readonly settings: Settings;
  readonly jobs: Jobs;
  readonly stripe: Stripe;
  readonly customers: Customers;
  readonly subrequests: Subrequests;
}

/** The services of one invocation; they count its subrequests, so another one needs its own. */
export function createServices(settings: Settings): Services {
  const subrequests = createSubrequests(settings.subrequestLimit);
  const stripe = createStripeClient(settings.stripe, subrequests.fetchWithinBudget);
  return {
    settings,
    stripe,
    subrequests,
    jobs: createJobs(
      createCallFunction(settings.supabase, subrequests.fetch),
      settings.environment,
    ),
    customers: createCustomers(stripe, settings.livemode),
  };
}
