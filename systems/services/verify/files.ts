import { REPAIR, type Checklist } from "../../../verify/check";
import type { PodFile } from "../../../verify/cluster/pods";
import type { Store, StoreShelf } from "../../../verify/stores";
import { storePasswordProblem } from "../../../x509";
import type { ObjectFiles } from "./service-view";

/**
 * Reports which files are there.
 *
 * @returns them; undefined if one is missing. If the object itself is missing, this is already reported.
 */
export function judgeFiles(
  list: Checklist,
  { place, files }: ObjectFiles,
  wanted: readonly string[],
): readonly PodFile[] | undefined {
  if (files === undefined) return undefined;
  const missing = wanted.filter((name) => !files.has(name));
  const isThere = list.judge(
    "files",
    missing.length === 0 ? [] : [`${place} has no ${missing.join(" and no ")}.`],
    `${wanted.join(" and ")} ${wanted.length === 1 ? "is" : "are"} in ${place}`,
    REPAIR.objects,
  );
  return isThere ? wanted.flatMap((name) => files.get(name) ?? []) : undefined;
}

/** Names of a store's files. */
interface StoreFiles {
  readonly store?: string;
  readonly password?: string;
}

/** Opens a store with its password; undefined if one of them is missing, which is reported. */
export function storeIn(
  object: ObjectFiles,
  { store = "", password = "" }: StoreFiles,
  list: Checklist,
  shelf: StoreShelf,
): Store | undefined {
  const [content, secret] = judgeFiles(list, object, [store, password]) ?? [];
  if (content === undefined || secret === undefined) return undefined;
  const text = secret.content.toString("utf8");
  const problem = storePasswordProblem(text);
  list.judge(
    "password",
    problem === undefined ? [] : [`the password in ${secret.origin} ${problem}.`],
    `Java can open ${store} with its password`,
    REPAIR.objects,
  );
  return { origin: content.origin, opened: shelf.open(content.content, text) };
}
