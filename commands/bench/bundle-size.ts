import { bundleWorker } from "../../infra/worker-bundle.ts";

const KILOBYTE = 1_000;

/** Size of the Worker's main module as it is uploaded. */
export async function bundleKilobytes(): Promise<number> {
  const { modules, mainModule } = await bundleWorker();
  const main = modules.find(({ name }) => name === mainModule);
  return Buffer.from(main?.contentBase64 ?? "", "base64").length / KILOBYTE;
}
