import type { Cut } from "../faults/connection-cut.ts";

const HEADER = "x-local-connection";

/** Stands for a connection that ends without an answer; whoever owns the connection ends it. */
export function cutResponse(cut: Cut): Response {
  return new Response(null, { status: 500, headers: { [HEADER]: cut } });
}

/** How the connection has to end, for an answer that is none. */
export function cutOf(response: Response): Cut | undefined {
  const cut = response.headers.get(HEADER);
  return cut === "refused" || cut === "reset" ? cut : undefined;
}
