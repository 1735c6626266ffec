import { UserError } from "@stripe-customer-sync/provider-kit";
import Stripe from "stripe";
import type { StripeApi } from "./stripe-api.ts";

type AccountOfKey = {
  readonly id: string;
  readonly livemode: boolean;
  readonly displayName?: string | undefined;
};

/**
 * The account that the key belongs to. A restricted key mostly may not read it; Stripe's refusal
 * then names the account, which is all that is needed.
 */
export async function accountOfKey(api: StripeApi): Promise<AccountOfKey> {
  try {
    const account = await api.call("Accounts: Read", (client) => client.accounts.retrieveCurrent());
    return {
      id: account.id,
      livemode: api.livemode,
      displayName: account.settings?.dashboard?.display_name ?? undefined,
    };
  } catch (error) {
    const named = accountInRefusal(error);
    if (named === undefined) throw error;
    return { id: named, livemode: api.livemode };
  }
}

function accountInRefusal(error: unknown): string | undefined {
  const cause = error instanceof UserError ? error.cause : undefined;
  const isRefusal = cause instanceof Stripe.errors.StripeError && cause.statusCode === 403;
  return isRefusal ? /\bacct_[A-Za-z0-9]+/.exec(cause.message)?.[0] : undefined;
}
