import {
  existsSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandLine } from "../../host";
import { mendRecords, type ClusterChoice, type HelmRelease } from "./helm-records";

/** A stack whose last update was killed, and whose lock has been removed. */
interface KilledUpdate {
  /** The project's folder, which was the working directory of the killed CLI. */
  readonly folder: string;
  /** Cluster of its Helm releases; undefined if it is not known here. */
  readonly cluster: ClusterChoice | undefined;
  /**
   * The next command. A `destroy` removes the objects of a release's newest revision, so the records of releases that
   * Pulumi knows are kept for it.
   */
  readonly next: "up" | "destroy";
  /** Runs `pulumi stack export`, without decrypting anything. */
  readonly exportState: () => Promise<string>;
  /** Runs `pulumi stack import` with such a text. */
  readonly importState: (state: string) => Promise<unknown>;
}

/** An operation on a resource that a killed update may have left half done. */
interface PendingOperation {
  readonly resource: {
    readonly type: string;
    readonly initErrors?: readonly string[];
    readonly inputs?: { readonly name?: string; readonly namespace?: string };
  };
}

/** The part of an exported state that matters here; the rest is imported again unchanged. */
interface State {
  readonly deployment?: {
    readonly pending_operations?: readonly PendingOperation[];
    readonly resources?: readonly PendingOperation["resource"][];
  };
}

const RELEASE_TYPE = "kubernetes:helm.sh/v3:Release";

interface Mended {
  /** What was done, one clause per repair. */
  readonly done: readonly string[];
  /**
   * Whether there are releases that the next `up` must upgrade even if their values did not change, because their
   * objects may be those of the killed change. This is noted in the state, where a refresh would overwrite it.
   */
  readonly mustUpgrade: boolean;
}

/**
 * Repairs what a killed update leaves behind, so that the next one can continue: plugins that still run, Helm's records
 * of unfinished installations, upgrades and rollbacks, and the operations that the stack's state lists as pending.
 */
export async function mend(update: KilledUpdate): Promise<Mended> {
  const done: string[] = [];
  if (endOrphanedPlugins(realpathSync(update.folder)) > 0) {
    done.push("ended the plugins and programs that it left running");
  }
  if (update.cluster === undefined) return { done, mustUpgrade: false };
  const state = JSON.parse(await update.exportState()) as State;
  const { pending_operations: pending = [], resources = [] } = state.deployment ?? {};
  const known = releasesOf(resources);
  const unknown = releasesOf(pending.map(({ resource }) => resource)).filter(
    (release) => !known.some((each) => isSame(each, release)),
  );
  const mended = await mendRecords(update.next === "up" ? known : [], unknown, update.cluster);
  for (const { name, namespace } of mended) {
    done.push(`release ${namespace}/${name}: its last change was killed and starts over`);
  }
  const isMended = (resource: PendingOperation["resource"]) =>
    releasesOf([resource]).some((release) => mended.some((each) => isSame(each, release)));
  if (pending.length > 0 || mended.length > 0) {
    const deployment = {
      ...state.deployment,
      // Pulumi would keep them forever, and a later recovery would mistake their releases for unknown ones.
      pending_operations: [],
      resources: resources.map((each) =>
        isMended(each) ? { ...each, initErrors: [KILLED] } : each,
      ),
    };
    await update.importState(JSON.stringify({ ...state, deployment }));
  }
  return { done, mustUpgrade: resources.some(isMended) };
}

/** Init error of a resource, which makes Pulumi update the resource even if its inputs did not change. */
const KILLED = "its last change was killed";

function isSame(one: HelmRelease, other: HelmRelease): boolean {
  return one.name === other.name && one.namespace === other.namespace;
}

function releasesOf(resources: readonly PendingOperation["resource"][]): HelmRelease[] {
  return resources.flatMap(({ type, inputs }) =>
    type === RELEASE_TYPE && inputs?.name !== undefined && inputs.namespace !== undefined
      ? [{ name: inputs.name, namespace: inputs.namespace }]
      : [],
  );
}

/**
 * Ends the Pulumi plugins that a killed CLI left running in a folder, and their programs. A provider takes minutes to
 * notice that the CLI is gone, and until then continues its installation at the same time as the next update. A Node
 * program fails, and may occupy a processor for hours to format its error's stack (see components/pki/checks.ts).
 *
 * Plugins and programs of a live CLI are left alone. This requires /proc; on systems without it, plugins end by
 * themselves.
 *
 * @returns the number of processes that were ended.
 */
export function endOrphanedPlugins(folder: string): number {
  const orphans = processes().filter(
    (pid) => isPlugin(pid) && workingDirectory(pid) === folder && !isPulumi(parentOf(pid)),
  );
  const ended = new Set(orphans);
  const programs = processes().filter((pid) => {
    const parent = parentOf(pid);
    const hasHost = parent !== undefined && isPlugin(parent) && !ended.has(parent);
    return isProgram(pid) && workingDirectory(pid) === folder && !hasHost;
  });
  for (const pid of [...orphans, ...programs]) endNow(pid);
  return orphans.length + programs.length;
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}

function processes(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function program(pid: number): string {
  return commandLine(pid).split("\0")[0]?.split("/").at(-1) ?? "";
}

function isPlugin(pid: number): boolean {
  return /^pulumi-(resource|language)-/.test(program(pid));
}

/** Whether it is a program that the language host for Node started. */
function isProgram(pid: number): boolean {
  return /@pulumi\/pulumi\/cmd\/run\b/.test(commandLine(pid).split("\0")[1] ?? "");
}

function isPulumi(pid: number | undefined): boolean {
  return pid !== undefined && program(pid) === "pulumi";
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // the process has ended in the meantime, or belongs to somebody else
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}

/**
 * Deletes empty attribute files in a file backend. The Pulumi CLI first creates such a file and then fills it. If it is
 * killed in between, the empty file makes the whole backend unreadable for every command (`error: EOF`). Nobody needs
 * the contents of these files (a checksum, a type). Other backends store an object as a whole.
 *
 * @param backend folder of the file backend.
 * @param age time in ms since the last change of a file, after which nobody is still writing it. @default - nobody writes
 * to the backend now
 * @returns the number of deleted files.
 */
export function removeHalfWritten(backend: string, age = 0): number {
  const folder = join(backend, ".pulumi");
  if (!existsSync(folder)) return 0;
  const empty = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".attrs"))
    .map((name) => join(folder, name))
    .filter((path) => isLeft(path, age));
  for (const path of empty) rmSync(path, { force: true });
  return empty.length;
}

function isLeft(path: string, age: number): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.size === 0 && Date.now() - status.mtimeMs >= age;
}

/** Returns the folder of a file backend; undefined for other backends, and for one below a home directory (`file://~`). */
export function folderOfBackend(url: string | undefined): string | undefined {
  return url?.startsWith("file:///") === true ? fileURLToPath(url) : undefined;
}
