import { cloudflareApi, stripeApi, supabaseApi } from "../apis.ts";
import { ask } from "../ask.ts";
import { check } from "../check.ts";
import { doubtful, fine, wrong } from "../finding.ts";

/** A `Date` header has whole seconds and comes with the network's delay. */
const TOLERANCE_SECONDS = 30;
/** Stripe's signatures are good for so long; tokens are dated too. */
const SIGNATURE_SECONDS = 300;

/**
 * Whether this machine's clock and the three clouds' agree: signatures and tokens are dated, and a
 * date that is off is refused.
 */
export const clock = check({
  name: "Clock",
  needs: [],
  look: async (_, { values }) => {
    const servers = [
      { whom: "Cloudflare", url: cloudflareApi(values) },
      { whom: "Supabase", url: supabaseApi(values) },
      { whom: "Stripe", url: stripeApi(values) },
    ];
    const told = await Promise.all(
      servers.map(async (server) => {
        const ahead = await ask(server).then(
          ({ aheadMilliseconds }) => aheadMilliseconds,
          () => undefined, // who does not answer is another check's business
        );
        return ahead === undefined ? [] : [{ whom: server.whom, ahead: Math.round(ahead / 1_000) }];
      }),
    );
    const clocks = told.flat();
    const off = clocks.filter(({ ahead }) => Math.abs(ahead) > TOLERANCE_SECONDS);
    if (clocks.length === 0) {
      return [doubtful("Not looked at: no server told its time.", "See the other checks.")];
    }
    if (off.length === 0) {
      const names = clocks.map(({ whom }) => whom).join(", ");
      return [fine(`This machine's clock agrees with ${names}.`)];
    }
    const [first] = off;
    const seconds = Math.abs(first?.ahead ?? 0);
    const verdict = seconds > SIGNATURE_SECONDS ? wrong : doubtful;
    const direction = (first?.ahead ?? 0) > 0 ? "behind" : "ahead of";
    if (off.length === clocks.length) {
      return [
        verdict(
          `This machine's clock is ${seconds} s ${direction} ${first?.whom}'s: tokens and signatures that it dates are refused.`,
          "Set the clock, as with: sudo timedatectl set-ntp true",
        ),
      ];
    }
    return [
      verdict(
        `This machine's clock is ${seconds} s ${direction} ${first?.whom}'s, but agrees with others: ${first?.whom}'s address may be a proxy with a wrong clock.`,
        "Look at what stands between this machine and that server.",
      ),
    ];
  },
});
