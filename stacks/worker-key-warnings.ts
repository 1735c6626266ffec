/**
 * What a Worker's database credential that was made elsewhere opens beyond the job functions, and
 * what to do instead. Nothing for a token of the Worker's own role.
 */
export function workerKeyWarnings(key: string | undefined, stack: string): string[] {
  if (key === undefined || !opensEverything(key)) return [];
  return [
    "supabaseWorkerKey opens the whole project: it is service_role, which reads and changes every " +
      "table past row level security. Whoever gets hold of the Worker's secret has your database. " +
      "Let the stack make a key that can call the job functions only: " +
      `pulumi config rm supabaseWorkerKey -s ${stack}, then pulumi up -s ${stack}; ` +
      "then delete the old key in the project's API settings.",
  ];
}

/** An `sb_secret_` key, or a token with the role service_role in its claims. */
function opensEverything(key: string): boolean {
  if (key.startsWith("sb_secret_")) return true;
  const [, claims = ""] = key.split(".");
  try {
    const { role } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
    return role === "service_role";
  } catch {
    return false; // no token whose claims can be read: nothing is known about it
  }
}
