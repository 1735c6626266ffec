import { join } from "node:path";

/**
 * Where `npm start` keeps the local cloud's state and the local stack's; not in git. The variable
 * names another folder, for a cloud that nobody is to find later.
 */
export const stateFolder: string =
  process.env.LOCAL_STATE_FOLDER || join(import.meta.dirname, "..", ".local");
