/** What the router knows: which Worker answers for a host, and which versions are live. */
export interface RoutingTable {
  /** Host names that belong to one Worker: its workers.dev host and its custom domains. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Route patterns; they go before hosts, as on the platform. */
  readonly routes: readonly RoutingPattern[];
  /** By script key. */
  readonly scripts: Readonly<Record<string, RoutedScript>>;
}

export interface RoutingPattern {
  /** Such as `example.com/webhooks/*` or `*.example.com/*`. */
  readonly pattern: string;
  /** Absent: requests that match go past every Worker. */
  readonly script?: string;
}

export interface RoutedScript {
  readonly name: string;
  /** Empty when nothing is deployed. */
  readonly versions: readonly { readonly id: string; readonly percentage: number }[];
  /** Answers 503 and runs nothing. */
  readonly stopped: boolean;
}

/** A version as the runtime loads it. */
export interface LoadableVersion {
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly mainModule: string;
  readonly modules: Readonly<Record<string, LoadableModule>>;
  readonly env: Readonly<Record<string, unknown>>;
}

/** Binary content is base64 here, because this crosses a process boundary as JSON. */
export type LoadableModule =
  | { readonly js: string }
  | { readonly cjs: string }
  | { readonly text: string }
  | { readonly json: unknown }
  | { readonly dataBase64: string }
  | { readonly wasmBase64: string };

/** One script of one account. */
export function scriptKey(accountId: string, scriptName: string): string {
  return `${accountId}/${scriptName}`;
}
