import { Server, type Account } from "../../backends/server";
import { need } from "../need";
import { ON_CHANGE, commandOf } from "./page";
import type { Folders, Running } from "./recipe";

export interface StartOptions {
  /** @default - none but PATH and HOME */
  readonly environment?: Readonly<Record<string, string>>;
  readonly account?: Account | undefined;
  /** Signal that ends it with all of its processes. @default "SIGKILL" */
  readonly stopSignal?: NodeJS.Signals;
}

/** Starts a server, which ends with this process. */
export function start(
  { own }: Folders,
  command: readonly string[],
  ready: RegExp,
  { environment = {}, account, stopSignal = "SIGKILL" }: StartOptions = {},
): Promise<Server> {
  const [file = "", ...args] = command;
  return Server.start(
    { file, args, cwd: own, environment, ...(account && { account }) },
    ready,
    stopSignal,
  );
}

/**
 * Starts the script with the command of a recipe's page, which it runs at once and whenever files have changed.
 *
 * @param options.program path of the command's program.
 * @param options.places replacements of words, and of folders at their beginning.
 * @param options.more words to append. @default - none
 */
export function startOnChange(
  name: string,
  folders: Folders,
  {
    program,
    places = {},
    more = [],
    ...options
  }: StartOptions & {
    readonly program: string;
    readonly places?: Readonly<Record<string, string>>;
    readonly more?: readonly string[];
  },
): Promise<Server> {
  const [, ...words] = need(commandOf(name), `command in the page of ${name}`);
  const all: Readonly<Record<string, string>> = { "/tls/": `${folders.tls}/`, ...places };
  const placed = words.map((word) =>
    Object.entries(all).reduce((before, [from, to]) => before.replace(from, to), word),
  );
  const command = ["sh", ON_CHANGE, folders.tls, program, ...placed, ...more];
  return start(folders, command, /^on-change\.sh: \//m, {
    ...options,
    environment: { ...options.environment, INTERVAL: "0.2" },
  });
}

/** A server that must be replaced to read changed files. */
export async function restartable(port: number, run: () => Promise<Server>): Promise<Running> {
  let server = await run();
  return {
    port,
    stop: () => server.stop(),
    says: (pattern) => server.prints(pattern),
    restart: async () => {
      await server.stop();
      server = await run();
    },
  };
}

/** A server that reads changed files, perhaps because a script tells it to. */
export function reloading(port: number, server: Server, script?: Server): Running {
  return {
    port,
    says: (pattern) => server.prints(pattern),
    stop: async () => {
      await script?.stop();
      await server.stop();
    },
  };
}
