import fc from "fast-check";
import Stripe from "stripe";
import { expect, onTestFinished, test } from "vitest";
import { createStripe } from "../../../local/stripe/index.ts";
import { sandboxTenant } from "../../../local/tenants.ts";

const { accountId, secretKey } = sandboxTenant.stripe;

async function double() {
  const stripe = await createStripe({ tenants: [sandboxTenant.stripe] });
  onTestFinished(() => stripe.close());
  const account = stripe.account(accountId);
  account.limits.globalPerSecond = Number.POSITIVE_INFINITY;
  account.limits.endpointPerSecond = Number.POSITIVE_INFINITY;
  account.limits.perEndpoint = {};
  const client = new Stripe(secretKey, {
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(stripe.fetch),
  });
  return { account, client, fetch: stripe.fetch };
}

test("metadata within the limits comes back as it was sent, whatever its characters", async () => {
  const { client } = await double();
  const key = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 8 })
    .filter((text) => !/[[\]]/.test(text));
  const value = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
  const metadata = fc.dictionary(key, value, { maxKeys: 10 });
  await fc.assert(
    fc.asyncProperty(metadata, async (sent) => {
      const { id } = await client.customers.create({ metadata: sent });
      const customer = await client.customers.retrieve(id);
      expect(customer).toMatchObject({ metadata: { ...sent } });
    }),
    { numRuns: 300 },
  );
});

test("any parameters, paths and keys get an answer of Stripe's kind", async () => {
  const { fetch } = await double();
  const name = fc.oneof(
    fc.constantFrom("name", "email", "metadata", "metadata[a]", "metadata[a][b]", "address[city]"),
    fc.constantFrom("created[gte]", "limit", "query", "starting_after", "__proto__[x]", "expand[]"),
    fc.constantFrom("url", "enabled_events[]", "enabled_events[5]", "disabled", "a[", "]", "[]"),
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  const value = fc.oneof(
    fc.constantFrom("", "1", "-1", "true", "null", "constructor", "ada@example.com"),
    fc.string({ unit: "binary", maxLength: 600 }),
  );
  const request = fc.record({
    method: fc.constantFrom("GET", "POST", "DELETE", "PUT"),
    path: fc.constantFrom("customers", "customers/search", "customers/x", "webhook_endpoints", "a"),
    parameters: fc.array(fc.tuple(name, value), { maxLength: 6 }),
    idempotencyKey: fc.option(fc.constantFrom("a", "b", "k".repeat(300)), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, parameters, idempotencyKey }) => {
      const encoded = parameters.map((pair) => pair.map(inUrl).join("=")).join("&");
      const hasBody = method === "POST" || method === "PUT";
      const response = await fetch(
        `https://api.stripe.com/v1/${path}${hasBody ? "" : `?${encoded}`}`,
        {
          method,
          headers: {
            authorization: `Bearer ${secretKey}`,
            "content-type": "application/x-www-form-urlencoded",
            ...(idempotencyKey && { "idempotency-key": idempotencyKey }),
          },
          ...(hasBody && { body: encoded }),
        },
      );
      const body = await response.json();
      expect([200, 400, 404]).toContain(response.status);
      if (response.status !== 200) expect(body.error.message).toEqual(expect.any(String));
    }),
    { numRuns: 2_000 },
  );
});

test("any search query is an answer or an error about the query", async () => {
  const { client } = await double();
  await client.customers.create({ name: "Ada", metadata: { a: "b" } });
  const piece = fc.constantFrom(
    ...["metadata", "['a']", '["a"]', ":", "~", "'b'", '"b"', "\\", "'", '"', " AND ", " OR "],
    ...["-", "email", "name", "created", ">", "1", "null", "(", ")", " ", "\n", "é"],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 14 }), async (pieces) => {
      const query = pieces.join("");
      const outcome = await client.customers.search({ query }).then(
        ({ object }) => object,
        (error: Stripe.errors.StripeError) => `${error.statusCode} ${error.param}`,
      );
      expect(["search_result", "400 query"]).toContain(outcome);
    }),
    { numRuns: 2_000 },
  );
});

/** Also for lone surrogates, which encodeURIComponent refuses. */
function inUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
