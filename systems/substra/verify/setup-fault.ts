import type { PodView } from "../../../verify/pod-view";

/** Why a program of Substra would not start, or not connect, with what it finds in its pod. */
export class SetupFault extends Error {
  override readonly name = "SetupFault";
}

/** A flag of the environment, as Go's strconv.ParseBool and the backend's own parser read it. */
export function flag({ environment }: PodView, name: string): boolean {
  return /^(1|t|true)$/i.test(environment.get(name) ?? "");
}

/** @throws SetupFault if the environment lacks it. */
export function setting({ environment }: PodView, name: string): string {
  const value = environment.get(name);
  if (value === undefined || value === "") throw new SetupFault(`${name} is not set.`);
  return value;
}

/** A file that the environment names, as the container sees it. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** The object it comes from, e.g. `Secret org-1/backend-client-pair-1a2b3c`. */
  readonly origin: string;
}

/** @throws SetupFault if there is no such file. */
export function namedFile(view: PodView, variable: string): TextFile {
  const path = setting(view, variable);
  const file = view.files.get(path);
  if (file === undefined) throw new SetupFault(`there is no ${path}, which ${variable} names.`);
  return { path, text: file.content.toString("utf8"), origin: file.origin };
}
