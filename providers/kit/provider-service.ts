import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb.js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import type {
  CheckRequest,
  ConfigureRequest,
  DiffRequest,
  InvokeRequest,
  ProviderHandshakeRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import { answering } from "./call.ts";
import { diffProperties } from "./diff-properties.ts";
import { checkResponse, diffResponse } from "./messages.ts";
import type { Properties } from "./properties.ts";
import type { ProviderDefinition } from "./provider-definition.ts";
import { textsIn } from "./redact.ts";
import type { Sessions } from "./session.ts";
import { fromStruct, toStruct } from "./struct.ts";
import { UserError } from "./user-error.ts";

/** The protocol's calls about the provider as a whole, and its functions. */
export function providerService<Context>(
  definition: ProviderDefinition<Context>,
  sessions: Sessions<Context>,
) {
  return {
    handshake: answering(sessions, (request: ProviderHandshakeRequest, { session }) => {
      session.engineAddress = request.getEngineAddress();
      // Plain values in, plain values out: the engine marks outputs as secret where the inputs of
      // the same name were, and the resource types mark the rest.
      const response = new providerMessages.ProviderHandshakeResponse();
      response.setAcceptSecrets(false);
      response.setAcceptResources(false);
      response.setAcceptOutputs(false);
      return response;
    }),

    attach: answering(sessions, (request: PluginAttach, { session }) => {
      session.engineAddress = request.getAddress();
      return new emptyMessages.Empty();
    }),

    getPluginInfo: answering(sessions, () => {
      const response = new pluginMessages.PluginInfo();
      response.setVersion(definition.version);
      return response;
    }),

    getSchema: answering(sessions, () => {
      const response = new providerMessages.GetSchemaResponse();
      response.setSchema(JSON.stringify(schemaOf(definition)));
      return response;
    }),

    checkConfig: answering(sessions, async (request: CheckRequest, call) => {
      const given = fromStruct(request.getNews());
      call.protect(definition.secretConfig ?? [], given);
      const { news, engineOwn } = withoutEngineOwn(given);
      const { inputs, failures } = (await definition.checkConfig?.(news)) ?? {
        inputs: news,
        failures: [],
      };
      return checkResponse({ inputs: { ...inputs, ...engineOwn }, failures }, call);
    }),

    diffConfig: answering(sessions, (request: DiffRequest) => {
      const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
      const news = fromStruct(request.getNews());
      return diffResponse(diffProperties(olds, news));
    }),

    configure: answering(sessions, async (request: ConfigureRequest, { session }) => {
      const { news } = withoutEngineOwn(fromStruct(request.getArgs()));
      session.secrets = textsIn((definition.secretConfig ?? []).map((name) => news[name]));
      session.configured = { context: await definition.configure(news) };
      const response = new providerMessages.ConfigureResponse();
      response.setAcceptsecrets(false);
      response.setSupportspreview(true);
      return response;
    }),

    invoke: answering(sessions, async (request: InvokeRequest, call) => {
      const run = definition.functions?.[request.getTok()];
      if (run === undefined) throw unknownToken(definition, "function", request.getTok());
      const args = fromStruct(request.getArgs());
      const operation = call.operation("", request.getPreview());
      const response = new providerMessages.InvokeResponse();
      response.setReturn(toStruct(await run(args, call.context, operation)));
      return response;
    }),

    cancel: answering(sessions, (_request: unknown, call) => {
      call.endSession();
      return new emptyMessages.Empty();
    }),
  };
}

/** Says which tokens there are. */
export function unknownToken(
  definition: Pick<ProviderDefinition<never>, "name" | "resources" | "functions">,
  kind: "function" | "resource type",
  token: string,
): UserError {
  const known = kind === "function" ? definition.functions : definition.resources;
  const names = Object.keys(known ?? {}).join(", ") || "none";
  return new UserError(
    `The provider ${definition.name} has no ${kind} "${token}". It has: ${names}.`,
  );
}

// Properties of every provider resource that are the engine's own business.
const engineOwnNames = ["version", "pluginDownloadURL", "__internal"];

function withoutEngineOwn(config: Properties): { news: Properties; engineOwn: Properties } {
  const entries = Object.entries(config);
  return {
    news: Object.fromEntries(entries.filter(([name]) => !engineOwnNames.includes(name))),
    engineOwn: Object.fromEntries(entries.filter(([name]) => engineOwnNames.includes(name))),
  };
}

function schemaOf<Context>(definition: ProviderDefinition<Context>): object {
  const empty = (tokens: object | undefined) =>
    Object.fromEntries(Object.keys(tokens ?? {}).map((token) => [token, {}]));
  return {
    name: definition.name,
    version: definition.version,
    resources: empty(definition.resources),
    functions: empty(definition.functions),
  };
}
