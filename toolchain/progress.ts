import { duration } from "../host";

/** Receiver of progress lines. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Time between two lines of a log, in ms. */
const LOG_INTERVAL = 60_000;

/**
 * Reports the progress of a long action, with the time that has passed: on a terminal, in a single line that changes
 * every second; in a log, in a line when it starts, one each minute, and one when it ends.
 *
 * @param logInterval time between two lines of a log, in ms.
 */
export async function withProgress<T>(
  output: Output,
  what: string,
  details: string,
  action: () => Promise<T>,
  logInterval = LOG_INTERVAL,
): Promise<T> {
  const started = Date.now();
  const elapsed = (): string => duration((Date.now() - started) / 1000);
  const say = (text: string): void => {
    output.write(output.isTTY === true ? `\r\x1b[K${text}` : `${text}\n`);
  };
  const announce = (): void => say(`${what}: ${details} … ${elapsed()}`);
  const goesOn = (): void => say(`${what} … ${elapsed()}`);
  const ticking =
    output.isTTY === true ? setInterval(announce, 1000) : setInterval(goesOn, logInterval);
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
