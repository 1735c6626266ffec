import type { Account } from "../account/account.ts";
import type { Change } from "../account/change.ts";
import { actOut, type Scene } from "../faults/act-out.ts";
import type { Fault } from "../faults/fault.ts";
import { faultAnswer, isStored } from "../faults/fault-answer.ts";
import { ParameterReader } from "../form/parameter-reader.ts";
import { canonicalForm, type Form, parseForm } from "../form/parse-form.ts";
import { type Answer, answerOf, answerWith } from "./answer.ts";
import { type Effect, type Endpoint, endpointName } from "./endpoint.ts";

/** A request of a known caller to a known endpoint. */
export interface ApiRequest {
  readonly account: Account;
  readonly endpoint: Endpoint;
  /** `req_…`. */
  readonly requestId: string;
  readonly path: string;
  /** The path's `:id`, or "". */
  readonly objectId: string;
  /** Query and body, encoded. */
  readonly parameters: string;
  readonly idempotencyKey: string | undefined;
  /** Aborted when the caller has gone. */
  readonly gone: AbortSignal;
}

/** What an endpoint came to. One that did not run leaves its idempotency key unused. */
interface Result {
  readonly answer: Answer;
  readonly changes: readonly Change[];
  readonly ran: boolean;
}

/**
 * Limits, scripted faults, idempotency and the endpoint itself, in an order in which callers can
 * tell them apart. What changed is durable before anybody hears of it.
 *
 * @throws ConnectionCut when a fault leaves the caller without an answer
 */
export async function serveRequest(request: ApiRequest): Promise<Answer> {
  const { account, endpoint, path, idempotencyKey, gone } = request;
  let answered = () => {};
  try {
    const name = endpointName(endpoint);
    answered = account.limiter.admit(name, account.clock.now());
    const { method } = endpoint;
    const fault = account.faults.take({ method, path, endpoint: name, idempotencyKey });
    const scene: Scene = { account, fault, gone };
    const answer = await answerOnce(request, scene);
    const instead = await actOut(scene, "after");
    return fault?.kind === "livemode" ? inOtherMode(answer) : (instead ?? answer);
  } catch (error) {
    return answerOf(error);
  } finally {
    answered();
  }
}

/** Runs the endpoint, unless the request's idempotency key has an answer already. */
async function answerOnce(request: ApiRequest, scene: Scene): Promise<Answer> {
  const { account, endpoint, path } = request;
  const form = parseForm(request.parameters);
  const key = endpoint.method === "POST" ? request.idempotencyKey : undefined;
  if (key === undefined) {
    const result = await run(request, form, scene);
    await settle(account, result.changes);
    return result.answer;
  }

  const parameters = canonicalForm(form);
  const at = account.clock.now();
  const stored = account.idempotency.begin({ key, path, parameters }, at);
  if (stored) {
    const replayed = { "Idempotent-Replayed": "true", "Original-Request": stored.requestId };
    const headers = { ...stored.headers, ...replayed };
    return (await actOut(scene, "before")) ?? { ...stored, headers };
  }
  try {
    const { answer, changes, ran } = await run(request, form, scene);
    const { requestId } = request;
    const first = { ...answer, request: path, parameters, requestId, at };
    await settle(account, ran ? [...changes, { type: "answer", key, answer: first }] : changes);
    return { ...answer, headers: { ...answer.headers, "Original-Request": requestId } };
  } finally {
    account.idempotency.end(key);
  }
}

/** The endpoint's result, or what a fault that belongs into the key's record makes of it. */
async function run(request: ApiRequest, form: Form, scene: Scene): Promise<Result> {
  const instead = await actOut(scene, "before");
  const lasting = lastingAnswer(scene.fault);
  if (instead) return { answer: instead, changes: [], ran: lasting !== undefined };
  const result = execute(request, form);
  return lasting && result.ran ? { ...result, answer: lasting } : result;
}

function execute({ account, endpoint, ...request }: ApiRequest, form: Form): Result {
  let work: () => Effect;
  try {
    const cause = { id: request.requestId, idempotency_key: request.idempotencyKey ?? null };
    const parameters = new ParameterReader(form);
    work = endpoint.prepare({ account, parameters, id: request.objectId, cause });
  } catch (error) {
    return { answer: answerOf(error), changes: [], ran: false };
  }
  try {
    const { body, changes = [] } = work();
    return { answer: answerWith(body), changes, ran: true };
  } catch (error) {
    return { answer: answerOf(error), changes: [], ran: true };
  }
}

async function settle(account: Account, changes: readonly Change[]): Promise<void> {
  account.commit(changes);
  await account.flushed();
  for (const change of changes) {
    if (change.type === "event") account.deliveries.begin(change.event.id, change.to);
  }
}

function lastingAnswer(fault: Fault | undefined): Answer | undefined {
  return fault?.kind === "answer" && isStored(fault) ? faultAnswer(fault) : undefined;
}

function inOtherMode(answer: Answer): Answer {
  const text = JSON.stringify(answer.body, (name, value: unknown) =>
    name === "livemode" ? !value : value,
  );
  return { ...answer, body: JSON.parse(text) };
}
