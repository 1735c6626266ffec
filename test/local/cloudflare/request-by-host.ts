import { request } from "node:http";
import type { CloudflareCloud } from "../../../local/cloudflare/index.ts";

/** Sends a request with a Host header of its own, which `fetch` does not allow. */
export function requestByHost(
  cloud: CloudflareCloud,
  host: string,
  path: string,
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(cloud.workersUrl + path, { headers: { host } }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    sent.on("error", reject);
    sent.end();
  });
}
