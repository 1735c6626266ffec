/** The part of the Workers runtime's own module that the router uses. */
declare module "cloudflare:workers" {
  export class WorkerEntrypoint<Env = unknown, Props = unknown> {
    protected readonly env: Env;
    protected readonly ctx: {
      readonly props: Props;
      readonly exports: Record<string, (options: { props: unknown }) => unknown>;
      waitUntil(promise: Promise<unknown>): void;
    };
  }
}
