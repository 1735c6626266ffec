import { cloudflareApi } from "../apis.ts";
import { askVendor, bearer } from "../ask.ts";
import { check } from "../check.ts";
import { fine, wrong } from "../finding.ts";

const WHOM = "Cloudflare's API";
const TOKENS = "https://dash.cloudflare.com/profile/api-tokens";

/** Whether the API token is accepted, and opens the account and its Workers. */
export const cloudflareToken = check({
  name: "Cloudflare token",
  needs: ["cloudflare:apiToken", "cloudflareAccountId"],
  look: async (settings, { stack, values, engine }) => {
    const account = `${cloudflareApi(values)}/accounts/${settings.cloudflareAccountId}`;
    const headers = bearer(settings["cloudflare:apiToken"]);
    const get = async (url: string) => (await askVendor({ whom: WHOM, url, headers })).status;
    const set = `${engine.command} config set --secret cloudflare:apiToken -s ${stack}`;

    // A token belongs to a user or to the account, and each verifies only its own.
    const isAccepted =
      (await get(`${cloudflareApi(values)}/user/tokens/verify`)) === 200 ||
      (await get(`${account}/tokens/verify`)) === 200;
    if (!isAccepted) {
      return [
        wrong(
          "Cloudflare does not accept the token in cloudflare:apiToken: it was deleted, has expired or is mistyped.",
          `Make one at ${TOKENS}, then: ${set}`,
        ),
      ];
    }
    if ((await get(account)) !== 200) {
      return [
        wrong(
          `The token may not read account ${settings.cloudflareAccountId}: cloudflareAccountId is another account's, or the token lacks "Account Settings: Read".`,
          `Compare the id with the dashboard's address bar, or give the token that permission at ${TOKENS}.`,
        ),
      ];
    }
    if ((await get(`${account}/workers/scripts`)) !== 200) {
      return [
        wrong(
          'The token may not look at the account\'s Workers: it lacks "Workers Scripts: Edit".',
          `Give it that permission at ${TOKENS}; the token stays the same.`,
        ),
      ];
    }
    return [
      fine(
        "The token is accepted and reads the account and its Workers. Whether it may write them, only an update shows.",
      ),
    ];
  },
});
