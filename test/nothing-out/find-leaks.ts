import type { Recorded } from "./record.ts";

/** Something that should not have been said. */
export interface Leak {
  readonly source: string;
  /** What it is: a shape's name, or `a secret of a test`. */
  readonly what: string;
  /** The place, with the secret itself cut to its first characters. */
  readonly excerpt: string;
}

/** What must not be said by anything, whoever made it. */
const shapes: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  {
    what: "an e-mail address",
    // From the beginning of a word only: tried anew at each character, a long one takes for ever.
    pattern: /(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/gi,
  },
  { what: "a Stripe key", pattern: /[rs]k_(?:live|test)_\w+/g },
  { what: "a Stripe signing secret", pattern: /whsec_\w+/g },
  { what: "a Supabase access token", pattern: /sbp_\w+/g },
  { what: "a Supabase secret key", pattern: /sb_secret_\w+/g },
  { what: "a JSON Web Token", pattern: /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g },
  { what: "a bearer token", pattern: /Bearer [\w.-]{16,}/g },
  // Every secret of a fixture says that it is a fake; a publishable key is none.
  { what: "a made-up secret", pattern: /(?<!publishable_)fake[-_]\w[\w-]*/g },
];

/**
 * Who deployed: the official Cloudflare provider and the engine store it, and the operator is no
 * customer.
 */
const OPERATOR = /\b(?:authorEmail|git\.(?:author|committer)\.email)\\?"?\s*:\s*\\?"[^"]*"/g;

const SHORTEST_SECRET = 8;
const EXCERPT_BEFORE = 60;
const SHOWN_CHARACTERS = 6;

/** Every secret and every e-mail address in what was said. */
export function findLeaks({ said, secrets }: Recorded): Leak[] {
  const values = secrets.filter(({ length }) => length >= SHORTEST_SECRET);
  return said.flatMap(({ source, text: all }) => {
    const text = all.replace(OPERATOR, "");
    const byShape = shapes.flatMap(({ what, pattern }) =>
      [...text.matchAll(pattern)].map(({ index, 0: found }) => ({
        source,
        what,
        excerpt: excerpt(text, index, found),
      })),
    );
    const byValue = values
      .filter((value) => text.includes(value))
      .map((value) => ({
        source,
        what: "a secret of a test",
        excerpt: excerpt(text, text.indexOf(value), value),
      }));
    return [...byShape, ...byValue];
  });
}

function excerpt(text: string, index: number, found: string): string {
  return `${text.slice(Math.max(0, index - EXCERPT_BEFORE), index)}${found.slice(0, SHOWN_CHARACTERS)}…`;
}
