import type { PodView } from "../../../verify/pod-view";

/** Thrown if a program of Substra would not start, or not connect, with the settings and files in its pod. */
export class SetupFault extends Error {
  override readonly name = "SetupFault";
}

/** Reads a flag of the environment, as Go's strconv.ParseBool and the backend's own parser do. */
export function flag({ environment }: PodView, name: string): boolean {
  return /^(1|t|true)$/i.test(environment.get(name) ?? "");
}

/** Reads a variable of the environment. @throws SetupFault if it is not set. */
export function setting({ environment }: PodView, name: string): string {
  const value = environment.get(name);
  if (value === undefined || value === "") throw new SetupFault(`${name} is not set.`);
  return value;
}

/** A file to which the environment refers, as the container sees it. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** Object that it comes from, e.g. `Secret org-1/backend-client-pair-1a2b3c`. */
  readonly origin: string;
}

/** Reads a file to which a variable refers. @throws SetupFault if it does not exist. */
export function namedFile(view: PodView, variable: string): TextFile {
  const path = setting(view, variable);
  const file = view.files.get(path);
  if (file === undefined) throw new SetupFault(`${path}, which ${variable} names, does not exist.`);
  return { path, text: file.content.toString("utf8"), origin: file.origin };
}
