import type { Properties } from "./properties.ts";

// How the engine's protocol marks a secret value.
// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/**
 * Marks the named properties as secret, so that the engine encrypts them in the state and blinds
 * them on the terminal, whether or not the program did so.
 */
export function markSecrets(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) =>
      names.includes(name) && value !== undefined && value !== null
        ? [name, { [signatureKey]: secretSignature, value }]
        : [name, value],
    ),
  );
}

/** The properties without the marks, at any depth. */
export function withoutSecretMarks(properties: object): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, plainValue(value)]),
  );
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  const { [signatureKey]: signature, value: marked } = value as Properties;
  return signature === secretSignature ? plainValue(marked) : withoutSecretMarks(value);
}
