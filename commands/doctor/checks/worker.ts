import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { ask, bearer } from "../ask.ts";
import { check } from "../check.ts";
import { doubtful, fine, wrong } from "../finding.ts";
import { workerRepair } from "../worker-repair.ts";

const live = v.object({ nonce: v.string(), version: v.object({ id: v.string() }) });
const problem = v.object({ error: v.object({ code: v.string() }) });

/** Whether the deployed Worker answers, and with the secrets of the stack. */
export const worker = check({
  name: "Worker",
  needs: ["operatorToken"],
  look: async (settings, { stack, engine, worker: address }) => {
    if (address === undefined) {
      return [
        doubtful("Not looked at: where the Worker answers is not set.", "See Settings, above."),
      ];
    }
    const up = `${engine.command} up -s ${stack}`;
    const nonce = randomUUID();
    const { status, body } = await ask({
      whom: "the Worker",
      url: `${address.url}/live?nonce=${nonce}`,
      headers: bearer(settings.operatorToken),
    });
    const answer = v.safeParse(live, body);
    if (status === 200 && answer.success && answer.output.nonce === nonce) {
      return [fine(`The Worker answers at ${address.url} as version ${answer.output.version.id}.`)];
    }
    const { output: refused } = v.safeParse(problem, body);
    const code = (refused as v.InferOutput<typeof problem> | undefined)?.error?.code;
    if (status === 401) {
      return [
        wrong(
          "The Worker does not accept the stack's operatorToken: it was deployed with another one, or changed by hand.",
          workerRepair(stack),
        ),
      ];
    }
    if (code === "misconfigured") {
      return [
        wrong(
          "The Worker runs with missing or wrong bindings, and serves nothing; its log names them.",
          workerRepair(stack),
        ),
      ];
    }
    return [
      wrong(
        `Something else than the stack's Worker answers at ${address.url} (answer ${status}): it is not deployed, or the address leads elsewhere.`,
        up,
      ),
    ];
  },
});
