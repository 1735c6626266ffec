import { UserError } from "./user-error.ts";

/**
 * What an engine has told the provider over one connection. A plugin has one engine and thus one
 * session; a server to which several engines are attached keeps them apart by their connections,
 * because the protocol's calls do not say which configuration they mean.
 */
export type Session<Context> = {
  /** Where the engine takes log messages. */
  engineAddress: string | undefined;
  configured: { readonly context: Context } | undefined;
  /** Secret configuration values, to keep them out of messages. */
  secrets: readonly string[];
  readonly cancellation: AbortController;
};

export class Sessions<Context> {
  readonly #byPeer = new Map<string, Session<Context>>();
  readonly #engineAddress: string | undefined;

  constructor(engineAddress: string | undefined) {
    this.#engineAddress = engineAddress;
  }

  of(peer: string): Session<Context> {
    const known = this.#byPeer.get(peer);
    if (known !== undefined) return known;
    const session: Session<Context> = {
      engineAddress: this.#engineAddress,
      configured: undefined,
      secrets: [],
      cancellation: new AbortController(),
    };
    this.#byPeer.set(peer, session);
    return session;
  }

  /** The engine behind the connection ends: what it still waits for is aborted. */
  end(peer: string): void {
    this.of(peer).cancellation.abort(new UserError("The operation was cancelled."));
    this.#byPeer.delete(peer);
  }

  /**
   * The configuration for the session. A connection that was re-established has a new peer: with
   * one configured session there is no doubt which one is meant.
   */
  contextFor(session: Session<Context>): Context {
    if (session.configured !== undefined) return session.configured.context;
    const others = [...this.#byPeer.values()].flatMap(({ configured }) => configured ?? []);
    const [only, ...more] = others;
    if (only === undefined) throw new Error("The engine did not configure this provider.");
    if (more.length > 0) {
      throw new UserError(
        "The connection to the provider was lost and it serves several engines: run the command again.",
      );
    }
    return only.context;
  }
}
