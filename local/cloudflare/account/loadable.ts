import type { LoadableModule, LoadableVersion } from "../data-plane/routing-table.ts";
import type { Binding, ModuleRecord, VersionRecord } from "./account-state.ts";
import type { ModuleStore } from "./module-store.ts";

type Runnable = Pick<
  VersionRecord,
  | "id"
  | "created_on"
  | "annotations"
  | "main_module"
  | "modules"
  | "bindings"
  | "compatibility_date"
  | "compatibility_flags"
>;

/** A version as the runtime loads it: modules with their content, bindings with their values. */
export function loadable(version: Runnable, store: ModuleStore): LoadableVersion {
  return {
    compatibilityDate: version.compatibility_date,
    compatibilityFlags: version.compatibility_flags,
    mainModule: version.main_module,
    modules: Object.fromEntries(
      version.modules.flatMap((module) => {
        const content = loadableModule(module, store);
        return content ? [[module.name, content]] : [];
      }),
    ),
    env: Object.fromEntries(
      version.bindings.map((binding) => [binding.name, bindingValue(binding, version)]),
    ),
  };
}

/** Undefined for what is uploaded beside the code and never run: source maps. */
function loadableModule(module: ModuleRecord, store: ModuleStore): LoadableModule | undefined {
  const content = () => store.get(module.digest);
  const [type] = module.content_type.split(";");
  switch (type) {
    case "application/source-map":
      return undefined;
    case "application/javascript":
    case "text/javascript":
      return { cjs: content().toString("utf8") };
    case "application/javascript+module":
    case "text/javascript+module":
      return { js: content().toString("utf8") };
    case "application/json":
      return { json: JSON.parse(content().toString("utf8")) };
    case "application/wasm":
      return { wasmBase64: content().toString("base64") };
    case "text/plain":
      return { text: content().toString("utf8") };
    default:
      return { dataBase64: content().toString("base64") };
  }
}

function bindingValue(binding: Binding, version: Runnable): unknown {
  switch (binding.type) {
    case "plain_text":
    case "secret_text":
      return binding.text;
    case "json":
      return typeof binding.json === "string" ? JSON.parse(binding.json) : binding.json;
    case "version_metadata":
      return {
        id: version.id,
        tag: version.annotations["workers/tag"] ?? "",
        timestamp: version.created_on,
      };
  }
}
