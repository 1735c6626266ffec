import type { LocalCloud } from "../../local/cloud.ts";
import { sandboxTenant } from "../../local/tenants.ts";

/** Where everything listens, and three things to try next. */
export function nextSteps(cloud: LocalCloud): string {
  const project = cloud.supabase.project(sandboxTenant.supabase.ref);
  return `
Running until Ctrl-C:
  Supabase project   ${project.url}
  Database           ${project.databaseUrl}
  Workers            ${cloud.cloudflare.workersUrl}
  Cloudflare API     ${cloud.cloudflare.apiUrl}
  Stripe API         ${cloud.stripe.url}

Three things to try, each in another terminal:
  1. Sign somebody up yourself:
       curl ${project.url}/auth/v1/signup -H 'apikey: ${project.publishableKey}' \\
         -H 'content-type: application/json' -d '{"email": "you@example.com", "password": "not-a-real-one",
         "data": {"name": "You", "organization": "Your Company", "industry": "software", "region": "eu"}}'
     and see the customer:
       curl ${cloud.stripe.url}/v1/customers -u ${sandboxTenant.stripe.secretKey}:
  2. Change something in worker/ and see what would be deployed:
       npm run pulumi -- preview --diff -s local
  3. Change something by hand, such as the webhook's token in Vault, and see it reported:
       npm run pulumi -- refresh --preview-only --diff -s local
`;
}
