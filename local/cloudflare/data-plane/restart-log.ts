import { NoOpLog } from "miniflare";

/**
 * Says nothing, but hears when miniflare gives its runtime up: it starts a workerd that died again
 * once, and not a second time when that one is killed while it starts.
 */
export class RestartLog extends NoOpLog {
  /** Called when the runtime is gone for good. */
  onRuntimeLost: () => void = () => {};

  override error(error: Error): void {
    if ("code" in error && error.code === "ERR_RUNTIME_FAILURE") this.onRuntimeLost();
  }
}
