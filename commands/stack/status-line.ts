/** One line on a terminal that tells how far a long look has come; nothing elsewhere. */
export interface StatusLine {
  show(text: string): void;
  clear(): void;
}

/** On standard error, so that what a command says at its end stays alone on standard output. */
export function statusLine(): StatusLine {
  const write = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  };
  return { show: write, clear: () => write("") };
}
