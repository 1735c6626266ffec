import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What postgres.js 3.4.9 does wrong with a connection that dies. Its holder goes on to write to a
 * socket that is gone, outside of every promise, which ends the process, or into the session of
 * whoever got the connection next. One that dies with a write pending is never flushed again. One
 * that could not be reserved is reserved later, for nobody. The local cloud restarts a database that was killed, so its connections
 * must survive that. The real clouds' clients do not use this driver.
 *
 * @see https://github.com/porsager/postgres/issues/1208
 * @see https://github.com/porsager/postgres/issues/1066
 */
const REPAIRS = [
  {
    file: "connection.js",
    before:
      "    clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)\n    socket.removeListener('connect', connected)\n    idleTimer",
    after:
      "    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    socket.removeListener('data', data)\n    socket.removeListener('connect', connected)\n    idleTimer",
  },
  {
    file: "index.js",
    before: "        const query = { reserve: resolve, reject }\n",
    after:
      "        const query = { reserve: resolve, reject: x => (queries.remove(query), reject(x)) }\n",
  },
  {
    file: "index.js",
    before: "    c.reserved.release = true\n",
    after: "    c.reserved.release = true\n    const own = c.reserved\n",
  },
  {
    file: "index.js",
    before: "      c.reserved = null\n      onopen(c)\n",
    after: "      if (c.reserved !== own) return\n      c.reserved = null\n      onopen(c)\n",
  },
  {
    file: "index.js",
    before: "    function handler(q) {\n      c.queue === full\n        ? queue.push(q)\n",
    after:
      "    function handler(q) {\n      if (c.reserved !== own)\n        return q.reject(Errors.connection('CONNECTION_CLOSED', options))\n      c.queue === full\n        ? queue.push(q)\n",
  },
  {
    file: "index.js",
    before: "        new Promise((_, reject) => connection.onclose = reject)\n",
    after:
      "        new Promise((_, reject) => connection.onclose = x => (connection = null, reject(x)))\n",
  },
  {
    file: "index.js",
    before: "        q.catch(e => uncaughtError || (uncaughtError = e))\n        c.queue",
    after:
      "        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (!connection)\n          return q.reject(Errors.connection('CONNECTION_CLOSED', options))\n        c.queue",
  },
];

/**
 * Repairs the installed driver, unless that is done already. The files are replaced, not
 * written to: another checkout may share them.
 *
 * @param {string} root the project's folder
 * @throws when the driver is another one than the repairs were made for
 */
export function mendDriver(root) {
  for (const { file, before, after } of REPAIRS) {
    const path = join(root, "node_modules", "postgres", "src", file);
    const source = readFileSync(path, "utf8");
    if (source.includes(after)) continue;
    if (source.split(before).length !== 2) {
      throw new Error(
        `The installed npm package "postgres" is not the one that install/mend-driver.mjs repairs (${file}). Delete node_modules and run the same command again; after a change of its version, see there whether the repair is still needed.`,
      );
    }
    writeFileSync(
      `${path}.mended`,
      source.replace(before, () => after),
    );
    renameSync(`${path}.mended`, path);
  }
}
