/** The types that the rules are about, as the engine names them. */
export const CRON_TRIGGER = "cloudflare:index/workersCronTrigger:WorkersCronTrigger";
export const CUSTOM_DOMAIN = "cloudflare:index/workersCustomDomain:WorkersCustomDomain";
export const DATABASE_WEBHOOK = "supabase:index:DatabaseWebhook";
export const DEPLOYMENT = "cloudflare:index/workersDeployment:WorkersDeployment";
export const PROMOTION = "stripe-customer-sync:index:Promotion";
export const ROUTE = "cloudflare:index/workersRoute:WorkersRoute";
export const SQL_SCHEMA = "supabase:index:SqlSchema";
export const STRIPE_ENDPOINT = "stripe:index:WebhookEndpoint";
export const WORKER = "cloudflare:index/worker:Worker";
export const WORKER_VERSION = "cloudflare:index/workerVersion:WorkerVersion";
