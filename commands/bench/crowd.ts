import { people } from "../start/people.ts";

/** Sign-ups under way at once. */
const AT_ONCE = 16;

export interface Crowd {
  /** The project's. */
  readonly url: string;
  readonly publishableKey: string;
  readonly signUps: number;
}

/** Invented people who all sign up now. @throws when Auth refuses one */
export async function crowd({ url, publishableKey, signUps }: Crowd): Promise<void> {
  let next = 0;
  const signUp = async (): Promise<void> => {
    while (next < signUps) {
      const number = next++;
      const { mailbox, ...data } = people[number % people.length] ?? { mailbox: "nobody" };
      const response = await fetch(`${url}/auth/v1/signup`, {
        method: "POST",
        headers: { apikey: publishableKey, "content-type": "application/json" },
        body: JSON.stringify({
          email: `${mailbox}-${number}@example.com`,
          password: crypto.randomUUID(),
          data,
        }),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`Supabase Auth refused a sign-up: ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, signUp));
}
