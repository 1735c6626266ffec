import { runPlugin } from "@stripe-customer-sync/provider-kit";
import { liveWorkerProvider } from "./plugin/live-worker-provider.ts";

await runPlugin(liveWorkerProvider);
