import { accountOfKey } from "@pulumi/stripe/account-of-key";
import { UserError } from "@stripe-customer-sync/provider-kit";
import StripeClient from "stripe";
import { environments } from "../../stacks/environments/index.ts";
import type { SettingValues } from "../../stacks/setting-values.ts";
import { givenKeyRotation } from "./given-key.ts";
import { stripeWith } from "./stripe-with.ts";

const NEW_KEY = "the new key";
/** Nobody's id: a call that a key may make changes nothing and is answered 404. */
const NO_CUSTOMER = "cus_rotatechecksthekey";

/** The Worker's key for Stripe. */
export const stripeKey = givenKeyRotation({
  what: "the new Stripe key for the Worker, a restricted key with Customers: Write",
  setting: "stripeWorkerKey",
  previous: "stripeWorkerKeyPrevious",
  check: async (key, settings) => {
    requireShape(key, settings);
    await requireAccount(key, settings);
    await requireCustomersWrite(key, settings);
  },
  isAccepted: async (key, settings) => {
    try {
      await stripeWith(key, settings, "stripeWorkerKeyPrevious").call("Customers: Read", (client) =>
        client.customers.retrieve(NO_CUSTOMER),
      );
      return true;
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined) throw error;
      return status !== 401;
    }
  },
  whereToRevoke: (key) =>
    `expire the key ${nameOf(key)} in the Stripe Dashboard, Developers, API keys`,
});

function requireShape(key: string, { environment }: SettingValues): void {
  const [, mode] = /^[sr]k_(test|live)_\w+$/.exec(key) ?? [];
  if (mode === undefined) {
    throw new UserError(
      "This is no Stripe key: it must begin with rk_ or sk_; nothing was changed.",
    );
  }
  const { livemode } = environments[environment as keyof typeof environments];
  if ((mode === "live") !== livemode) {
    throw new UserError(
      `This is a ${mode}-mode key, but environment ${environment} is in ` +
        `${livemode ? "live" : "test"} mode; nothing was changed.`,
    );
  }
}

async function requireAccount(key: string, settings: SettingValues): Promise<void> {
  const { id } = await accountOfKey(stripeWith(key, settings, NEW_KEY));
  if (id === settings.stripeAccount) return;
  throw new UserError(
    `This is a key of account ${id}, but the stack expects ${settings.stripeAccount} ` +
      "(stripeAccount); nothing was changed.",
  );
}

async function requireCustomersWrite(key: string, settings: SettingValues): Promise<void> {
  try {
    await stripeWith(key, settings, NEW_KEY).call("Customers: Write", (client) =>
      client.customers.update(NO_CUSTOMER, { description: "checks a key" }),
    );
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

function statusOf(error: unknown): number | undefined {
  const cause = error instanceof UserError ? error.cause : undefined;
  return cause instanceof StripeClient.errors.StripeError ? cause.statusCode : undefined;
}

/** As the Dashboard itself names a key: its kind and its last four characters. */
function nameOf(key: string): string {
  return `${/^[a-z]+_[a-z]+_/.exec(key)?.[0] ?? ""}…${key.slice(-4)}`;
}
