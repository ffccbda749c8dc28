/** Where lines of progress go. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Says that something long goes on: one line when it starts and one when it ends, and on a terminal one single
 * line with the time that has passed.
 */
export async function withProgress<T>(
  output: Output,
  text: string,
  action: () => Promise<T>,
): Promise<T> {
  const started = Date.now();
  const elapsed = (): string => formatSeconds((Date.now() - started) / 1000);
  const terminal = output.isTTY === true;
  const show = (end: string): void =>
    void output.write(terminal ? `\r\x1b[K${text} … ${end}` : `${text} … ${end}`);

  if (!terminal) output.write(`${text}\n`);
  const ticking = terminal ? setInterval(() => show(elapsed()), 1000) : undefined;
  if (terminal) show("");
  try {
    const result = await action();
    show(`done in ${elapsed()}\n`);
    return result;
  } catch (error) {
    show(`failed after ${elapsed()}\n`);
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

/** "42 s", "3 min 5 s". */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
