export { DatabaseWebhook, type DatabaseWebhookArgs } from "./database-webhook.ts";
export { Provider, type ProviderArgs } from "./provider.ts";
export { RoleToken, type RoleTokenArgs } from "./role-token.ts";
export { SqlSchema, type SqlSchemaArgs, type SqlScript } from "./sql-schema.ts";
export { VaultSecret, type VaultSecretArgs } from "./vault-secret.ts";
