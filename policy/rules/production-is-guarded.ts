import type { ResourceValidationPolicy } from "@pulumi/policy";
import { DATABASE_WEBHOOK, SQL_SCHEMA, WORKER } from "../resource-types.ts";
import { environmentOf, type StackFiles, stackOf } from "../stack-files.ts";

/** What must not be destroyed by mistake. The webhook goes first, so it stops a whole destroy. */
const PROTECTED: readonly string[] = [DATABASE_WEBHOOK, SQL_SCHEMA, WORKER];

/** In production nothing can be destroyed by mistake, and logs are kept. */
export function productionIsGuarded(stacks: StackFiles): ResourceValidationPolicy {
  return {
    name: "production-is-guarded",
    description:
      "Production's webhook, Worker and schema are protected, and its Worker is observed.",
    validateResource({ type, urn, name, props, opts }, report) {
      if (environmentOf(stackOf(urn), stacks) !== "production") return;
      if (PROTECTED.includes(type) && !opts.protect) {
        report(`${name} is not protected: in production it needs protect: true.`);
      }
      if (type === WORKER && props.observability?.enabled !== true) {
        report(
          "Observability is off: production needs its logs. npx pulumi config rm observability",
        );
      }
    },
  };
}
