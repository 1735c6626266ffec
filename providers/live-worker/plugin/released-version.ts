/** A version that the stack made live, with what belongs to it for ever: versions are immutable. */
export type ReleasedVersion = {
  readonly versionId: string;
  /** Of its code: 64 hexadecimal characters. */
  readonly bundleDigest: string;
  readonly bindingNames: readonly string[];
  /** A keyed fingerprint for each of its secrets. */
  readonly fingerprints: Readonly<Record<string, string>>;
  /** Whether it had, or was to have, all requests at some time. */
  readonly whole: boolean;
};
