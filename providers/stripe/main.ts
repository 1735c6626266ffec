import { runPlugin } from "@stripe-customer-sync/provider-kit";
import { stripeProvider } from "./plugin/stripe-provider.ts";

await runPlugin(stripeProvider);
