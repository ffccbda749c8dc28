import { join } from "node:path";
import { run, Server, type Finished } from "../process";
import { built } from "../programs";

/** Returns the path of a test component in Go, by the name of its folder. */
export async function goProgram(name: "server" | "client"): Promise<string> {
  programs ??= built("choreo", join(__dirname, "go"), (folder) => ["-o", folder, "./..."]);
  return join(await programs, name);
}
let programs: Promise<string> | undefined;

/** Commands that run a client. The arguments are a path, and the variable for the URL. */
const COMMANDS = {
  Go: async () => [await goProgram("client")],
  Node: () => Promise.resolve([process.execPath, join(__dirname, "client.mjs")]),
  Python: () => Promise.resolve(["python3", join(__dirname, "client.py")]),
} as const;

export type Language = keyof typeof COMMANDS;
export const LANGUAGES = Object.keys(COMMANDS) as Language[];

/** A component's container: its variables, and a folder that stands for `/`. */
export interface Container {
  readonly root: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * @param upstream address of the server that it calls itself. @default - none
 */
export async function startServer(container: Container, upstream?: string): Promise<Server> {
  return Server.start(
    await goProgram("server"),
    [],
    /^listening (\S+)$/m,
    environmentOf(container, upstream),
  );
}

/** Makes a client fetch a path below the URL in a variable, from a server at an address of this machine. */
export async function fetchAs(
  language: Language,
  container: Container,
  { address }: Pick<Server, "address">,
  { path = "/greet", variable = "SERVER_URL" } = {},
): Promise<Finished> {
  const [file = "", ...args] = await COMMANDS[language]();
  return run(file, [...args, path, variable], { env: environmentOf(container, address) });
}

/** Returns the variables that the platform gives a component, and those that it needs to run at all. */
function environmentOf({ root, variables }: Container, address?: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ROOT: root,
    ...(address !== undefined && { RESOLVE: address }),
    ...variables,
  };
}
