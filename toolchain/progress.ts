/** Receiver of progress lines. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Reports the progress of a long action: one line when it starts and one when it ends; on a terminal, a single line
 * with the time that has passed.
 */
export async function withProgress<T>(
  output: Output,
  what: string,
  details: string,
  action: () => Promise<T>,
): Promise<T> {
  const started = Date.now();
  const elapsed = (): string => formatSeconds((Date.now() - started) / 1000);
  const say = (text: string): void => {
    output.write(output.isTTY === true ? `\r\x1b[K${text}` : `${text}\n`);
  };
  const announce = (): void => say(`${what}: ${details} … ${elapsed()}`);
  const ticking = output.isTTY === true ? setInterval(announce, 1000) : undefined;
  const finish = (how: string): void => {
    clearInterval(ticking);
    say(`${what}: ${how} ${elapsed()}${output.isTTY === true ? "\n" : ""}`);
  };

  announce();
  try {
    const result = await action();
    finish("done in");
    return result;
  } catch (error) {
    finish("failed after");
    throw error;
  }
}

/** Returns a time as in "42 s" or "3 min 5 s". */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
