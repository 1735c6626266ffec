import { createCustomer } from "../customers/create-customer.ts";
import { deleteCustomer } from "../customers/delete-customer.ts";
import { listCustomers } from "../customers/list-customers.ts";
import { retrieveCustomer } from "../customers/retrieve-customer.ts";
import { searchCustomers } from "../customers/search-customers.ts";
import { updateCustomer } from "../customers/update-customer.ts";
import { createWebhookEndpoint } from "../webhooks/create-webhook-endpoint.ts";
import { deleteWebhookEndpoint } from "../webhooks/delete-webhook-endpoint.ts";
import { listEvents } from "../webhooks/list-events.ts";
import { listWebhookEndpoints } from "../webhooks/list-webhook-endpoints.ts";
import { retrieveEvent } from "../webhooks/retrieve-event.ts";
import { retrieveWebhookEndpoint } from "../webhooks/retrieve-webhook-endpoint.ts";
import { updateWebhookEndpoint } from "../webhooks/update-webhook-endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { retrieveAccount, retrieveOwnAccount } from "./retrieve-account.ts";

/** Everything that the double can do; `search` before `:id`, which would take it for an id. */
export const endpoints: readonly Endpoint[] = [
  createCustomer,
  searchCustomers,
  retrieveCustomer,
  updateCustomer,
  deleteCustomer,
  listCustomers,
  createWebhookEndpoint,
  retrieveWebhookEndpoint,
  updateWebhookEndpoint,
  deleteWebhookEndpoint,
  listWebhookEndpoints,
  retrieveEvent,
  listEvents,
  retrieveOwnAccount,
  retrieveAccount,
];
