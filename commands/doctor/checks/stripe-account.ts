import * as v from "valibot";
import type { SettingValues } from "../../../stacks/setting-values.ts";
import { stripeApi } from "../apis.ts";
import { type Answer, askVendor, bearer } from "../ask.ts";

const account = v.object({ id: v.string() });
const refusal = v.object({ error: v.object({ message: v.string() }) });

/** The account that a key belongs to, or undefined when Stripe does not accept the key. */
export async function accountOf(
  key: string,
  values: Partial<SettingValues>,
): Promise<string | undefined> {
  const answer = await askStripe(key, "/v1/account", values);
  const whole = v.safeParse(account, answer.body);
  if (answer.status === 200 && whole.success) return whole.output.id;
  // A restricted key mostly may not read its account; the refusal names it.
  const refused = v.safeParse(refusal, answer.body);
  if (answer.status !== 403 || !refused.success) return undefined;
  return /\bacct_\w+/.exec(refused.output.error.message)?.[0];
}

/** A read of Stripe's API with a key. */
export function askStripe(
  key: string,
  path: string,
  values: Partial<SettingValues>,
): Promise<Answer> {
  const url = `${stripeApi(values)}${path}`;
  return askVendor({ whom: "Stripe's API", url, headers: bearer(key) });
}
