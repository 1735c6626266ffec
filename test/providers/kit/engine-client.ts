import grpc from "@grpc/grpc-js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { recordSaid } from "../../nothing-out/record.ts";

type Bag = Record<string, unknown>;

/** What of a provider's answers the engine shows: errors, failed checks, paths of a diff. */
const ANSWER = "provider's answer";

/** Calls a provider over gRPC as the engine does, with plain values. */
export class EngineClient {
  readonly #client: InstanceType<typeof providerServices.ResourceProviderClient>;

  constructor(port: number) {
    this.#client = new providerServices.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
      // Every engine has its own connection; clients of one process would share theirs.
      { "grpc.use_local_subchannel_pool": 1 },
    );
  }

  close(): void {
    this.#client.close();
  }

  async configure(config: Bag): Promise<messages.ConfigureResponse.AsObject> {
    const request = new messages.ConfigureRequest();
    request.setArgs(struct(config));
    return (
      await call<messages.ConfigureResponse>((done) => this.#client.configure(request, done))
    ).toObject();
  }

  async checkConfig(news: Bag) {
    const request = new messages.CheckRequest();
    request.setNews(struct(news));
    return checked(await call((done) => this.#client.checkConfig(request, done)));
  }

  async check(token: string, news: Bag, olds: Bag = {}) {
    const request = new messages.CheckRequest();
    request.setUrn(urnOf(token));
    request.setNews(struct(news));
    request.setOlds(struct(olds));
    return checked(await call((done) => this.#client.check(request, done)));
  }

  async diff(
    token: string,
    change: { id?: string; oldInputs: Bag; oldOutputs?: Bag; newInputs: Bag },
  ) {
    const request = new messages.DiffRequest();
    request.setUrn(urnOf(token));
    request.setId(change.id ?? "id");
    request.setOldInputs(struct(change.oldInputs));
    request.setOlds(struct(change.oldOutputs ?? change.oldInputs));
    request.setNews(struct(change.newInputs));
    const response = await call<messages.DiffResponse>((done) => this.#client.diff(request, done));
    const kinds = Object.entries(messages.PropertyDiff.Kind);
    const detailedDiff: Record<string, string | undefined> = {};
    response.getDetaileddiffMap().forEach((property, path) => {
      detailedDiff[path] = kinds.find(([, kind]) => kind === property.getKind())?.[0];
    });
    recordSaid(ANSWER, JSON.stringify(detailedDiff));
    return {
      changes: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
      detailedDiff,
    };
  }

  async create(token: string, inputs: Bag, options: { preview?: boolean; name?: string } = {}) {
    const request = new messages.CreateRequest();
    request.setUrn(urnOf(token, options.name));
    request.setProperties(struct(inputs));
    request.setPreview(options.preview ?? false);
    const response = await call<messages.CreateResponse>((done) =>
      this.#client.create(request, done),
    );
    return { id: response.getId(), outputs: bag(response.getProperties()) };
  }

  /** Without inputs and outputs: an import. */
  async read(token: string, stored: { id: string; inputs?: Bag; outputs?: Bag }) {
    const request = new messages.ReadRequest();
    request.setUrn(urnOf(token));
    request.setId(stored.id);
    if (stored.inputs !== undefined) request.setInputs(struct(stored.inputs));
    request.setProperties(struct(stored.outputs ?? {}));
    const response = await call<messages.ReadResponse>((done) => this.#client.read(request, done));
    return {
      id: response.getId(),
      inputs: bag(response.getInputs()),
      outputs: bag(response.getProperties()),
    };
  }

  async update(
    token: string,
    change: { id: string; oldInputs: Bag; oldOutputs: Bag; newInputs: Bag; preview?: boolean },
  ) {
    const request = new messages.UpdateRequest();
    request.setUrn(urnOf(token));
    request.setId(change.id);
    request.setOldInputs(struct(change.oldInputs));
    request.setOlds(struct(change.oldOutputs));
    request.setNews(struct(change.newInputs));
    request.setPreview(change.preview ?? false);
    const response = await call<messages.UpdateResponse>((done) =>
      this.#client.update(request, done),
    );
    return bag(response.getProperties());
  }

  async delete(token: string, stored: { id: string; inputs: Bag; outputs: Bag }): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(urnOf(token));
    request.setId(stored.id);
    request.setOldInputs(struct(stored.inputs));
    request.setProperties(struct(stored.outputs));
    await call((done) => this.#client.delete(request, done));
  }

  async invoke(token: string, args: Bag = {}) {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(struct(args));
    const response = await call<messages.InvokeResponse>((done) =>
      this.#client.invoke(request, done),
    );
    return bag(response.getReturn());
  }

  async cancel(): Promise<void> {
    await call((done) => this.#client.cancel(new emptyMessages.Empty(), done));
  }

  async schema(): Promise<unknown> {
    const request = new messages.GetSchemaRequest();
    const response = await call<messages.GetSchemaResponse>((done) =>
      this.#client.getSchema(request, done),
    );
    return JSON.parse(response.getSchema());
  }
}

/** How the protocol spells a secret value. */
export function secretOf(value: unknown) {
  return {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value,
  };
}

/** The state that came with a failed call: the resource exists all the same. */
export function stateInError(error: grpc.ServiceError): {
  id: string;
  outputs: Bag;
  reasons: string[];
} {
  const [status] = error.metadata.get("grpc-status-details-bin");
  if (!(status instanceof Buffer)) throw new Error("the error carries no details");
  // The details are google.rpc.Status {1: code, 2: message, 3: Any {1: type, 2: bytes}}.
  const marker = Buffer.from("type.googleapis.com/pulumirpc.ErrorResourceInitFailed");
  const at = status.indexOf(marker);
  if (at < 0) throw new Error("the error carries no state");
  const detail = messages.ErrorResourceInitFailed.deserializeBinary(
    withoutLength(status.subarray(at + marker.length + 1)),
  );
  return {
    id: detail.getId(),
    outputs: bag(detail.getProperties()),
    reasons: detail.getReasonsList(),
  };
}

function withoutLength(bytes: Buffer): Buffer {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7, at += 1) {
    const byte = bytes[at] ?? 0;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return bytes.subarray(at + 1, at + 1 + length);
}

type Answered<Response> = (error: grpc.ServiceError | null, response: Response) => void;

function call<Response>(start: (done: Answered<Response>) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    start((error, response) => {
      if (error !== null) recordSaid(ANSWER, error.details);
      return error === null ? resolve(response) : reject(error);
    });
  });
}

function checked(response: messages.CheckResponse) {
  const failures = response.toObject().failuresList;
  recordSaid(ANSWER, JSON.stringify(failures));
  return { inputs: bag(response.getInputs()), failures };
}

function urnOf(token: string, name = "example"): string {
  return `urn:pulumi:test::stripe-customer-sync::${token}::${name}`;
}

function struct(properties: Bag): structMessages.Struct {
  return structMessages.Struct.fromJavaScript(properties as Record<string, string>);
}

function bag(properties: structMessages.Struct | undefined): Bag {
  return properties?.toJavaScript() ?? {};
}
