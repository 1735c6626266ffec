import { cloudflareApi } from "../apis.ts";
import { askVendor, bearer } from "../ask.ts";
import { check } from "../check.ts";
import { fine, wrong } from "../finding.ts";

/** Whether the token reaches the zone of the Worker's domain or route. */
export const cloudflareZone = check({
  name: "Cloudflare zone",
  needs: ["cloudflare:apiToken"],
  look: async (settings, { values }) => {
    const host = values.domain ?? values.route;
    if (host === undefined) return [fine("The Worker answers on workers.dev; no zone is needed.")];
    if (values.cloudflareZoneId === undefined) {
      return [
        wrong(`${host} needs its zone: cloudflareZoneId is missing.`, "See Settings, above."),
      ];
    }
    const { status } = await askVendor({
      whom: "Cloudflare's API",
      url: `${cloudflareApi(values)}/zones/${values.cloudflareZoneId}/workers/routes`,
      headers: bearer(settings["cloudflare:apiToken"]),
    });
    if (status === 200) return [fine(`The token reads the routes of ${host}'s zone.`)];
    return [
      wrong(
        `The token may not read the routes of zone ${values.cloudflareZoneId}: cloudflareZoneId is another zone's, or the token lacks "Workers Routes: Edit" there.`,
        "Compare the id with the zone's overview page, or give the token that permission for this zone.",
      ),
    ];
  },
});
