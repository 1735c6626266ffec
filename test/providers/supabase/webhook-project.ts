import { projectRef } from "./management-api-double.ts";
import { ResourceLife } from "./resource-life.ts";
import { TestProject } from "./test-project.ts";

export const webhookType = "supabase:index:DatabaseWebhook";
export const webhookToken = "token_fake_of_the_webhook";

/** Arguments of a DatabaseWebhook. */
export const exampleWebhook = {
  projectRef,
  name: "organizations_to_worker",
  schema: "public",
  table: "organizations",
  events: ["INSERT", "UPDATE"],
  ignoredColumns: ["stripe_customer_id"],
  url: "https://worker.example.com/webhooks/supabase?x='1'",
  secretName: "webhook_token",
  timeoutMs: 4_000,
};

/** A project with a token in its Vault and, before each test, the example's webhook. */
export class WebhookProject {
  readonly project: TestProject;
  webhook: ResourceLife;

  private constructor(project: TestProject) {
    this.project = project;
    this.webhook = new ResourceLife(project.engine, webhookType);
  }

  static async start(version: 15 | 18): Promise<WebhookProject> {
    const project = await TestProject.start(version);
    await project.sql(`select vault.create_secret('${webhookToken}', 'webhook_token')`);
    return new WebhookProject(project);
  }

  async install(): Promise<ResourceLife> {
    this.webhook = new ResourceLife(this.project.engine, webhookType);
    await this.webhook.up(exampleWebhook);
    return this.webhook;
  }

  async clear(): Promise<void> {
    await this.project.sql(`
      drop schema if exists pulumi_supabase cascade;
      delete from public.organizations;
      truncate net.http_request_queue`);
  }

  /** What was rung since the last call, in order. */
  async rings(): Promise<Record<string, unknown>[]> {
    const rows = await this.project.sql(`
      select url, headers, convert_from(body, 'UTF8')::jsonb as body, timeout_milliseconds as timeout
      from net.http_request_queue order by id`);
    await this.project.sql("truncate net.http_request_queue");
    return rows;
  }

  /** Inserts an organization and gives its id. */
  async insert(name: string): Promise<unknown> {
    const [row] = await this.project.sql(
      `insert into public.organizations (name) values ('${name}') returning id`,
    );
    return row?.id;
  }
}
