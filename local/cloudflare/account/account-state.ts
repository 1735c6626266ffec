/** What the platform keeps about one account; the field names are those of its API. */
export interface AccountState {
  workers: WorkerRecord[];
  routes: RouteRecord[];
  domains: DomainRecord[];
}

export interface WorkerRecord {
  /** 32 hexadecimal characters; stays when the Worker is renamed. */
  readonly id: string;
  name: string;
  readonly created_on: string;
  updated_on: string;
  deployed_on: string | null;
  settings: WorkerSettings;
  /** Oldest first. */
  readonly versions: VersionRecord[];
  /** Newest first; the newest is live. */
  readonly deployments: DeploymentRecord[];
  schedules: ScheduleRecord[];
}

export interface WorkerSettings {
  logpush: boolean;
  observability: Observability;
  subdomain: { enabled: boolean; previews_enabled: boolean };
  tags: string[];
  tail_consumers: unknown[];
}

export interface Observability {
  enabled: boolean;
  head_sampling_rate: number;
  logs: Record<string, unknown>;
  traces: Record<string, unknown>;
}

/** Immutable once made. */
export interface VersionRecord {
  readonly id: string;
  readonly number: number;
  readonly created_on: string;
  /** What made it: `api`, `wrangler` … */
  readonly source: string;
  readonly main_module: string;
  readonly compatibility_date: string;
  readonly compatibility_flags: readonly string[];
  readonly usage_model: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Sorted by name. */
  readonly bindings: readonly Binding[];
  /** Sorted by name. */
  readonly modules: readonly ModuleRecord[];
  readonly handlers: readonly string[];
  readonly startup_time_ms: number;
  /** `placement`, `limits` and the like: kept and answered, without effect here. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** The kinds that the local cloud can run. */
export type Binding =
  | { readonly name: string; readonly type: "plain_text"; readonly text: string }
  | { readonly name: string; readonly type: "secret_text"; readonly text: string }
  | { readonly name: string; readonly type: "json"; readonly json: unknown }
  | { readonly name: string; readonly type: "version_metadata" };

export interface ModuleRecord {
  readonly name: string;
  readonly content_type: string;
  /** SHA-256 of the content, which is kept in a file of that name. */
  readonly digest: string;
}

export interface DeploymentRecord {
  readonly id: string;
  readonly created_on: string;
  readonly source: string;
  readonly strategy: "percentage";
  readonly author_email: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** In the order in which they came. */
  readonly versions: readonly { readonly percentage: number; readonly version_id: string }[];
}

export interface ScheduleRecord {
  readonly cron: string;
  readonly created_on: string;
  readonly modified_on: string;
}

export interface RouteRecord {
  readonly id: string;
  pattern: string;
  /** The name of a Worker; absent: no Worker answers for the pattern. */
  script?: string;
}

export interface DomainRecord {
  readonly id: string;
  hostname: string;
  /** The name of a Worker. */
  service: string;
  readonly environment: string;
  readonly zone_id: string;
  readonly zone_name: string;
  readonly cert_id: string;
}
