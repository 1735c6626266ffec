import type {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import { answering } from "./call.ts";
import { diffProperties } from "./diff-properties.ts";
import { checkResponse, diffResponse } from "./messages.ts";
import type { ProviderDefinition, ResourceType } from "./provider-definition.ts";
import { unknownToken } from "./provider-service.ts";
import type { Sessions } from "./session.ts";
import { fromStruct, toStruct } from "./struct.ts";

/** The protocol's calls about a resource. */
export function resourceService<Context>(
  definition: ProviderDefinition<Context>,
  sessions: Sessions<Context>,
) {
  const typeOf = (request: { getUrn(): string }) => resourceTypeOf(definition, request.getUrn());
  return {
    check: answering(sessions, async (request: CheckRequest, call) => {
      const type = typeOf(request);
      const news = fromStruct(request.getNews());
      const olds = fromStruct(request.getOlds());
      call.protect(type.secrets ?? [], news, olds);
      const operation = call.operation(request.getUrn());
      return checkResponse(await type.check(news, olds, call.context, operation), call);
    }),

    diff: answering(sessions, async (request: DiffRequest, call) => {
      const type = typeOf(request);
      const change = {
        id: request.getId(),
        oldInputs: fromStruct(request.getOldInputs()),
        oldOutputs: fromStruct(request.getOlds()),
        newInputs: fromStruct(request.getNews()),
      };
      call.protect(type.secrets ?? [], change.oldInputs, change.oldOutputs, change.newInputs);
      const operation = call.operation(request.getUrn());
      const diff = await (type.diff?.(change, call.context, operation) ??
        diffProperties(change.oldInputs, change.newInputs, type));
      return diffResponse(diff);
    }),

    create: answering(sessions, async (request: CreateRequest, call) => {
      const type = typeOf(request);
      const inputs = fromStruct(request.getProperties());
      call.protect(type.secrets ?? [], inputs);
      const operation = call.operation(request.getUrn(), request.getPreview());
      const { id, outputs } = await type.create(inputs, call.context, operation);
      const response = new providerMessages.CreateResponse();
      // The engine takes an id in a preview for a known one.
      response.setId(request.getPreview() ? "" : id);
      response.setProperties(toStruct(call.marked(outputs)));
      return response;
    }),

    read: answering(sessions, async (request: ReadRequest, call) => {
      const type = typeOf(request);
      const inputs = fromStruct(request.getInputs());
      const outputs = fromStruct(request.getProperties());
      call.protect(type.secrets ?? [], inputs, outputs);
      const importing = Object.keys(inputs).length === 0 && Object.keys(outputs).length === 0;
      const stored = importing
        ? { id: request.getId(), inputs: undefined, outputs: undefined }
        : { id: request.getId(), inputs, outputs };
      const found = await type.read(stored, call.context, call.operation(request.getUrn()));
      const response = new providerMessages.ReadResponse();
      if (found === undefined) return response; // an empty id means: gone
      response.setId(found.id);
      response.setInputs(toStruct(call.marked(found.inputs)));
      response.setProperties(toStruct(call.marked(found.outputs)));
      return response;
    }),

    update: answering(sessions, async (request: UpdateRequest, call) => {
      const type = typeOf(request);
      const change = {
        id: request.getId(),
        oldInputs: fromStruct(request.getOldInputs()),
        oldOutputs: fromStruct(request.getOlds()),
        newInputs: fromStruct(request.getNews()),
      };
      call.protect(type.secrets ?? [], change.oldInputs, change.oldOutputs, change.newInputs);
      const operation = call.operation(request.getUrn(), request.getPreview());
      const outputs = await type.update(change, call.context, operation);
      const response = new providerMessages.UpdateResponse();
      response.setProperties(toStruct(call.marked(outputs)));
      return response;
    }),

    delete: answering(sessions, async (request: DeleteRequest, call) => {
      const type = typeOf(request);
      const stored = {
        id: request.getId(),
        inputs: fromStruct(request.getOldInputs()),
        outputs: fromStruct(request.getProperties()),
      };
      call.protect(type.secrets ?? [], stored.inputs, stored.outputs);
      await type.delete(stored, call.context, call.operation(request.getUrn()));
      return new emptyMessages.Empty();
    }),
  };
}

// urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>
function resourceTypeOf<Context>(
  definition: ProviderDefinition<Context>,
  urn: string,
): ResourceType<Context> {
  const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const type = definition.resources[token];
  if (type === undefined) throw unknownToken(definition, "resource type", token);
  return type;
}
