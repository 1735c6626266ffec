import { runPlugin } from "@stripe-customer-sync/provider-kit";
import { supabaseProvider } from "./plugin/supabase-provider.ts";

await runPlugin(supabaseProvider());
