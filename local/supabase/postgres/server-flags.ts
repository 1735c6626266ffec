/**
 * What differs from PostgreSQL's defaults. `fsync`, `synchronous_commit` and `full_page_writes`
 * are left on: a killed server must not lose what it has committed.
 */
export function serverFlags(
  dataFolder: string,
  port: number,
  extensionsFolder: string,
): readonly string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    extension_control_path: `$system:${extensionsFolder}`,
    // Small: several servers share one machine.
    shared_buffers: "24MB",
    max_connections: "80",
    wal_level: "minimal",
    max_wal_senders: "0",
    max_wal_size: "128MB",
    jit: "off",
    // After a crash: one call for the whole data folder instead of one for each of its files.
    ...(process.platform === "linux" && { recovery_init_sync_method: "syncfs" }),
    TimeZone: "UTC",
    log_timezone: "UTC",
    // Statements carry personal data; only their failures are logged.
    log_min_error_statement: "panic",
  };
  return ["-D", dataFolder, ...Object.entries(settings).flatMap(([k, v]) => ["-c", `${k}=${v}`])];
}
