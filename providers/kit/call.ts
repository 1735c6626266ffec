import type grpc from "@grpc/grpc-js";
import { engineLog } from "./engine-log.ts";
import { failedCall } from "./grpc-status.ts";
import type { Properties } from "./properties.ts";
import type { Operation } from "./provider-definition.ts";
import { redact, textsIn } from "./redact.ts";
import { markSecrets } from "./secret-mark.ts";
import type { Session, Sessions } from "./session.ts";
import { UNKNOWN } from "./unknown.ts";

/** One call of an engine while it is being answered. */
export class Call<Context> {
  readonly session: Session<Context>;
  readonly #sessions: Sessions<Context>;
  readonly #peer: string;
  readonly #secrets = new Set<string>();
  #secretNames: readonly string[] = [];

  constructor(sessions: Sessions<Context>, peer: string) {
    this.#sessions = sessions;
    this.#peer = peer;
    this.session = sessions.of(peer);
  }

  endSession(): void {
    this.#sessions.end(this.#peer);
  }

  get context(): Context {
    return this.#sessions.contextFor(this.session);
  }

  /** Keeps the values of the named properties out of everything that is said about this call. */
  protect(names: readonly string[], ...bags: readonly Properties[]): void {
    this.#secretNames = names;
    const values = bags.flatMap((bag) => names.map((name) => bag[name]));
    for (const text of textsIn(values)) if (text !== UNKNOWN) this.#secrets.add(text);
  }

  operation(urn: string, preview = false): Operation {
    return {
      urn,
      preview,
      signal: this.session.cancellation.signal,
      log: engineLog(this.session.engineAddress, urn, (message) => this.cleaned(message)),
    };
  }

  /** What a wait that was ended by the cancellation throws says less than the cancellation's reason. */
  reasonOf(error: unknown): unknown {
    const { signal } = this.session.cancellation;
    const isAbort = error instanceof Error && error.name === "AbortError";
    return isAbort && signal.aborted ? signal.reason : error;
  }

  cleaned(message: string): string {
    return redact(message, [...this.#secrets, ...this.session.secrets]);
  }

  marked(properties: Properties): Properties {
    return markSecrets(properties, this.#secretNames);
  }
}

/** A gRPC handler that answers every error with a status and a message. */
export function answering<Context, Request, Response>(
  sessions: Sessions<Context>,
  answer: (request: Request, call: Call<Context>) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return async (grpcCall, callback) => {
    const call = new Call(sessions, grpcCall.getPeer());
    try {
      callback(null, await answer(grpcCall.request, call));
    } catch (error) {
      callback(
        failedCall(
          call.reasonOf(error),
          (message) => call.cleaned(message),
          (outputs) => call.marked(outputs),
        ),
      );
    }
  };
}
