import grpc from "@grpc/grpc-js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { ProviderDefinition } from "./provider-definition.ts";
import { providerService } from "./provider-service.ts";
import { resourceService } from "./resource-service.ts";
import { Sessions } from "./session.ts";

/** A provider that listens on 127.0.0.1. */
export type ProviderServer = {
  readonly port: number;
  /** Ends the server; calls that are being answered are finished first. */
  close(): Promise<void>;
};

// The engine sends up to 400 MB in a message; a Worker's code fits in that, not in gRPC's 4 MB.
const largestMessageBytes = 400 * 1024 * 1024;

/**
 * Serves the provider to engines on 127.0.0.1.
 *
 * @param options.port 0 (the default) takes any free port
 * @param options.engineAddress where the engine takes log messages, until a handshake tells
 * @throws when the port is taken
 */
export async function serveProvider<Context>(
  definition: ProviderDefinition<Context>,
  options: { readonly port?: number; readonly engineAddress?: string | undefined } = {},
): Promise<ProviderServer> {
  const sessions = new Sessions<Context>(options.engineAddress);
  const server = new grpc.Server({
    "grpc.max_receive_message_length": largestMessageBytes,
    "grpc.max_send_message_length": largestMessageBytes,
  });
  server.addService(providerServices.ResourceProviderService, {
    ...providerService(definition, sessions),
    ...resourceService(definition, sessions),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      `127.0.0.1:${options.port ?? 0}`,
      grpc.ServerCredentials.createInsecure(),
      (error, bound) => (error === null ? resolve(bound) : reject(error)),
    );
  });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.forceShutdown(), 1_000);
        server.tryShutdown(() => {
          clearTimeout(force);
          resolve();
        });
      }),
  };
}
