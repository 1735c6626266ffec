import { join } from "node:path";

/** Where `npm start` keeps the local cloud's state and the local stack's; not in git. */
export const stateFolder: string = join(import.meta.dirname, "..", ".local");
