import { BODY_LIMIT_BYTES } from "../limits.ts";
import { Refusal } from "./refusal.ts";

/**
 * The request's body as text, read only up to the limit: the `content-length` header is a claim
 * of the sender and may be missing or false.
 *
 * @throws Refusal 413 for a longer body, 400 when it breaks off or is not UTF-8.
 */
export async function readBody(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length")) > BODY_LIMIT_BYTES) throw tooLarge();
  const bytes = await readBytes(request.body);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, "invalid_encoding", "The body must be UTF-8.");
  }
}

async function readBytes(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  while (reader) {
    const { done, value } = await reader.read().catch(() => {
      throw new Refusal(400, "incomplete_body", "The body broke off.");
    });
    if (done) break;
    length += value.byteLength;
    if (length > BODY_LIMIT_BYTES) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    chunks.push(value);
  }
  return concatenated(chunks, length);
}

function concatenated(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

function tooLarge(): Refusal {
  return new Refusal(413, "body_too_large", `The body is over ${BODY_LIMIT_BYTES} bytes.`);
}
