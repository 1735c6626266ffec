import { UserError } from "@stripe-customer-sync/provider-kit";
import type { SettingValues } from "../../stacks/setting-values.ts";
import { databaseKey } from "./database-key.ts";
import { pastedDatabaseKey } from "./pasted-database-key.ts";
import type { Rotation } from "./rotation.ts";
import { stripeKey } from "./stripe-key.ts";
import { stripeSigningSecret } from "./stripe-signing-secret.ts";
import { webhookToken } from "./webhook-token.ts";

export const ROTATED_SECRETS = [
  "webhook-token",
  "stripe-key",
  "database-key",
  "stripe-signing-secret",
] as const;

type RotatedSecret = (typeof ROTATED_SECRETS)[number];

/** @throws UserError for a name that is none of {@link ROTATED_SECRETS} */
export function requireRotatedSecret(name: string): RotatedSecret {
  const found = ROTATED_SECRETS.find((each) => each === name);
  if (found !== undefined) return found;
  // The word may be a secret itself, given where it must not be given.
  throw new UserError(
    `Name what to rotate, one of ${ROTATED_SECRETS.join(", ")}; a key is asked for, never an ` +
      "argument. Nothing was changed.",
  );
}

export function rotationOf(secret: RotatedSecret, settings: SettingValues): Rotation {
  switch (secret) {
    case "webhook-token":
      return webhookToken;
    case "stripe-key":
      return stripeKey;
    case "database-key":
      return settings.supabaseWorkerKey === undefined ? databaseKey : pastedDatabaseKey;
    case "stripe-signing-secret":
      return stripeSigningSecret;
  }
}
