import type { ExecutionContext, ScheduledController } from "@cloudflare/workers-types";
import { app } from "./app.ts";
import { JobsError } from "./jobs/jobs-error.ts";
import { log } from "./log.ts";
import { createServices } from "./services.ts";
import type { Bindings } from "./settings/bindings.ts";
import { readSettings } from "./settings/settings.ts";
import { SettingsError } from "./settings/settings-error.ts";
import { pullAndWatch } from "./watch/pull-and-watch.ts";

/**
 * The sync Worker. The webhook makes it fast; the cron trigger makes it certain, because it pulls
 * whatever is due, rung for or not.
 */
export default {
  fetch(request: Request, bindings: Bindings, context: ExecutionContext) {
    return app.fetch(request, bindings, context as unknown as Parameters<typeof app.fetch>[2]);
  },

  /** Fails when it cannot pull, so that the platform's own metrics show a failed invocation. */
  async scheduled(_: ScheduledController, bindings: Bindings): Promise<void> {
    try {
      await pullAndWatch(createServices(readSettings(bindings)));
    } catch (error) {
      if (error instanceof SettingsError) log.misconfigured(error.problems);
      else if (error instanceof JobsError) log.databaseFailed(error);
      else log.crashed(error);
      throw error;
    }
  },
};
