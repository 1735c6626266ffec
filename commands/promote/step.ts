import { Listr } from "listr2";

/** Shows what a step is doing at the moment: one line, which replaces the one before. */
export type Say = (line: string) => void;

/**
 * Does one step of a command and shows its progress: on a terminal a spinner, elsewhere a line
 * when it begins and its end.
 *
 * @throws what the step throws
 */
export async function step<T>(title: string, work: (say: Say) => Promise<T>): Promise<T> {
  return process.stdout.isTTY ? spin(title, work) : tell(title, work);
}

async function spin<T>(title: string, work: (say: Say) => Promise<T>): Promise<T> {
  const done: T[] = [];
  const task = {
    title,
    task: async (_: unknown, shown: { output: string }) => {
      done.push(
        await work((line) => {
          shown.output = line;
        }),
      );
    },
  };
  // The command prints the message itself.
  await new Listr([task], { rendererOptions: { showErrorMessage: false } }).run();
  return done[0] as T;
}

async function tell<T>(title: string, work: (say: Say) => Promise<T>): Promise<T> {
  process.stdout.write(`${title} … `);
  try {
    const result = await work(() => {});
    process.stdout.write("done\n");
    return result;
  } catch (error) {
    process.stdout.write("failed\n");
    throw error;
  }
}
