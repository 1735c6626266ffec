import { recordContract } from "../test/database/worker-contract/contract.ts";

/**
 * `npm run record-contract`: keeps what the Worker of this checkout sends to the database and reads
 * of its answers, beside the contracts of the Workers before it.
 */
const file = await recordContract();
process.stdout.write(
  `test/database/worker-contract/contracts/${file} holds the Worker's contract with the database.\n`,
);
