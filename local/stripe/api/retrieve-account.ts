import type { Account } from "../account/account.ts";
import { ApiError } from "./api-error.ts";
import type { Endpoint } from "./endpoint.ts";

/** `GET /v1/account` (https://docs.stripe.com/api/accounts/retrieve). */
export const retrieveOwnAccount: Endpoint = {
  method: "GET",
  path: "/v1/account",
  permission: "account_read",
  prepare: ({ account, parameters }) => {
    parameters.list("expand");
    parameters.end();
    return () => ({ body: shown(account) });
  },
};

/** The same by its id; other accounts are out of every key's reach. */
export const retrieveAccount: Endpoint = {
  ...retrieveOwnAccount,
  path: "/v1/accounts/:id",
  prepare: (request) => {
    const { account, id } = request;
    if (id === account.tenant.accountId) return retrieveOwnAccount.prepare(request);
    throw new ApiError(403, {
      type: "invalid_request_error",
      code: "account_invalid",
      message: `The provided key does not have access to account '${id.slice(0, 40)}' (or that account does not exist). Application access may have been revoked.`,
    });
  },
};

function shown({ tenant }: Account): object {
  return {
    id: tenant.accountId,
    object: "account",
    business_type: null,
    charges_enabled: true,
    country: "US",
    default_currency: "usd",
    details_submitted: true,
    email: "owner@example.com",
    payouts_enabled: true,
    settings: {
      dashboard: { display_name: `Local ${tenant.accountId}`, timezone: "Etc/UTC" },
    },
    type: "standard",
  };
}
