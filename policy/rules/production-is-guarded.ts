import type { ResourceValidationPolicy } from "@pulumi/policy";
import { SQL_SCHEMA, WORKER } from "../resource-types.ts";
import { environmentOf, type StackFiles, stackOf } from "../stack-files.ts";

/** In production the Worker and the sync schema cannot be destroyed by mistake, and logs are kept. */
export function productionIsGuarded(stacks: StackFiles): ResourceValidationPolicy {
  return {
    name: "production-is-guarded",
    description: "Production's Worker and schema are protected, and its Worker is observed.",
    validateResource({ type, urn, name, props, opts }, report) {
      if (environmentOf(stackOf(urn), stacks) !== "production") return;
      if ((type === WORKER || type === SQL_SCHEMA) && !opts.protect) {
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
