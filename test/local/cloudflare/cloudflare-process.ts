import { startCloudflare } from "../../../local/cloudflare/index.ts";
import { sandbox } from "./test-accounts.ts";

// Serves with the state folder that its argument names until it is killed.
const [, , stateFolder = ""] = process.argv;
const { apiUrl, workersUrl } = await startCloudflare({ tenants: [sandbox], stateFolder });
console.log(apiUrl, workersUrl);
