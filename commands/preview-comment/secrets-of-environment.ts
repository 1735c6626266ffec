/** How a variable that holds a secret is called: CLOUDFLARE_API_TOKEN, AWS_SECRET_ACCESS_KEY, … */
const SECRET_NAME = /TOKEN|SECRET|PASSPHRASE|PASSWORD|API_KEY|ACCESS_KEY|CREDENTIAL/;

/**
 * Values of this process's environment that must not stand in a comment: a failed call may quote
 * what it was made with.
 */
export function secretsOfEnvironment(variables: NodeJS.ProcessEnv): string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) ? [value] : [],
  );
}
