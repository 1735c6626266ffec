import type { EngineClient } from "../kit/engine-client.ts";

type Bag = Record<string, unknown>;
type State = { readonly id: string; readonly inputs: Bag; readonly outputs: Bag };

/** The life of one resource as the engine leads it: it keeps the state between the calls. */
export class ResourceLife {
  state: State | undefined;
  readonly #engine: EngineClient;
  readonly #token: string;

  constructor(engine: EngineClient, token: string) {
    this.#engine = engine;
    this.#token = token;
  }

  /** Creates the resource, updates it, or replaces it; gives what the diff named. */
  async up(args: Bag): Promise<Record<string, string | undefined>> {
    const { inputs, failures } = await this.#engine.check(this.#token, args, this.state?.inputs);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    const old = this.state;
    if (old === undefined) {
      this.state = { inputs, ...(await this.#engine.create(this.#token, inputs)) };
      return {};
    }
    const change = {
      id: old.id,
      oldInputs: old.inputs,
      oldOutputs: old.outputs,
      newInputs: inputs,
    };
    const diff = await this.#engine.diff(this.#token, change);
    if (diff.replaces.length > 0) {
      this.state = { inputs, ...(await this.#engine.create(this.#token, inputs)) };
      await this.#engine.delete(this.#token, old);
    } else if (diff.changes) {
      this.state = { id: old.id, inputs, outputs: await this.#engine.update(this.#token, change) };
    }
    return diff.detailedDiff;
  }

  /** Reads the resource and gives the inputs that are not as in the state; null if it is gone. */
  async refresh(): Promise<Bag | null> {
    if (this.state === undefined) throw new Error("there is no resource yet");
    const { inputs } = this.state;
    const now = await this.#engine.read(this.#token, this.state);
    if (now.id === "") {
      this.state = undefined;
      return null;
    }
    this.state = now;
    const names = [...new Set([...Object.keys(inputs), ...Object.keys(now.inputs)])];
    return Object.fromEntries(
      names
        .filter((name) => JSON.stringify(inputs[name]) !== JSON.stringify(now.inputs[name]))
        .map((name) => [name, now.inputs[name]]),
    );
  }

  async destroy(): Promise<void> {
    if (this.state !== undefined) await this.#engine.delete(this.#token, this.state);
    this.state = undefined;
  }
}
