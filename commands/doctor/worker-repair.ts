/**
 * What puts a Worker back that was changed by hand. A refresh alone does not: the Cloudflare
 * provider sees no newer deployment, secret or schedule, so that the resource must be made anew.
 * The drift report names the whole command.
 */
export function workerRepair(stack: string): string {
  return `The command that puts it back: npm run drift -- --stack ${stack}`;
}
