import grpc from "@grpc/grpc-js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import anyMessages from "google-protobuf/google/protobuf/any_pb.js";
import { PartialFailure } from "./partial-failure.ts";
import type { Properties } from "./properties.ts";
import { toStruct } from "./struct.ts";
import { UserError } from "./user-error.ts";

/** A failed call as gRPC reports it. */
export type FailedCall = {
  readonly code: grpc.status;
  readonly details: string;
  readonly metadata?: grpc.Metadata;
};

/**
 * The answer to a call that threw. The engine shows `details` and nothing else; the code tells it
 * whether the resource's fate is known. A user's mistake ends in a known state; after a bug
 * nobody can tell, and the engine remembers the operation as pending.
 *
 * @param cleaned removes secrets from a message
 * @param marked marks the secrets among a resource's outputs
 */
export function failedCall(
  error: unknown,
  cleaned: (message: string) => string,
  marked: (outputs: Properties) => Properties,
): FailedCall {
  if (error instanceof PartialFailure) {
    const reasons = error.reasons.map(cleaned);
    return {
      code: grpc.status.UNKNOWN,
      details: reasons.join("\n"),
      metadata: initFailedMetadata(error.id, marked(error.outputs), reasons),
    };
  }
  if (error instanceof UserError) {
    return { code: grpc.status.FAILED_PRECONDITION, details: cleaned(error.message) };
  }
  const story = error instanceof Error ? withCauses(error) : String(error);
  return { code: grpc.status.INTERNAL, details: cleaned(`A bug in the provider: ${story}`) };
}

function withCauses(error: Error): string {
  const own = error.stack ?? String(error);
  return error.cause instanceof Error ? `${own}\nCaused by: ${withCauses(error.cause)}` : own;
}

// gRPC carries structured details in this header; the engine looks there for the state of a
// resource that exists although the call failed.
function initFailedMetadata(id: string, outputs: Properties, reasons: string[]): grpc.Metadata {
  const detail = new providerMessages.ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(toStruct(outputs));
  detail.setReasonsList(reasons);
  const packed = new anyMessages.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusMessages.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(reasons.join("\n"));
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
