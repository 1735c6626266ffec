import grpc from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";

/** Messages to the user of the engine. */
export type EngineLog = {
  info(message: string): Promise<void>;
  warning(message: string): Promise<void>;
  /** Shown beside the resource while it is worked on, and then forgotten. */
  progress(message: string): Promise<void>;
};

/**
 * The log of the engine that listens at the address, about one resource. Without an address (a
 * provider that is called by something else than an engine) it writes to stderr.
 *
 * @param cleaned removes secrets from a message
 */
export function engineLog(
  address: string | undefined,
  urn: string,
  cleaned: (message: string) => string,
): EngineLog {
  const { INFO, WARNING } = engineMessages.LogSeverity;
  return {
    info: (message) => send(address, urn, INFO, cleaned(message)),
    warning: (message) => send(address, urn, WARNING, cleaned(message)),
    progress: (message) => send(address, urn, INFO, cleaned(message), true),
  };
}

function send(
  address: string | undefined,
  urn: string,
  severity: engineMessages.LogSeverity,
  message: string,
  isEphemeral = false,
): Promise<void> {
  if (address === undefined) {
    if (!isEphemeral) process.stderr.write(`${message}\n`);
    return Promise.resolve();
  }
  const request = new engineMessages.LogRequest();
  request.setSeverity(severity);
  request.setUrn(urn);
  request.setMessage(message);
  request.setEphemeral(isEphemeral);
  return new Promise((resolve) => {
    const client = new engineServices.EngineClient(address, grpc.credentials.createInsecure());
    client.log(request, (error) => {
      client.close();
      // The message is not worth failing for; the plugin's stderr reaches the user as well.
      if (error !== null) process.stderr.write(`${message}\n`);
      resolve();
    });
  });
}
