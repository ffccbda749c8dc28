import { existsSync, readFileSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { mend, removeHalfWritten } from "../../cli/recovery/mend";
import { removeLeftoverKeys } from "../../cli/recovery/leftover-keys";
import { processStart } from "../../host";
import { STACK, paths, root, say } from "./environment";
import type { Pulumi } from "./pulumi";

/** Removes private keys that killed runs of earlier versions left among this machine's temporary files. */
export function mendTemporary(): void {
  for (const line of removeLeftoverKeys()) say(line);
}

/**
 * Makes a backend readable again after an update was killed while writing to it: until then, no command of the CLI
 * works.
 */
export function mendBackend(): void {
  if (removeHalfWritten(paths.state) > 0) say("removed half-written files of a killed update");
}

/**
 * Repairs what a killed update leaves behind, including its lock in the backend, so that the next update continues.
 *
 * @returns whether there are releases that the next `up` must upgrade although a refresh would find nothing to change.
 */
export async function recover(
  pulumi: Pulumi,
  next: "up" | "destroy",
  environment: Readonly<Record<string, string>>,
): Promise<boolean> {
  if (await releaseStaleLock(pulumi)) say("removed the lock of an update that was killed");
  const { done, mustUpgrade } = await mend({
    folder: root,
    next,
    cluster: { kubeconfig: environment.KUBECONFIG ?? "" },
    exportState: () => pulumi.run(["stack", "export", "--stack", STACK], { quiet: true }),
    importState: (input) =>
      pulumi.run(["stack", "import", "--stack", STACK], { quiet: true, input }),
  });
  for (const line of done) say(line);
  return mustUpgrade;
}

/** @returns whether there was a lock whose owner is dead. @throws Error if an update is really running. */
async function releaseStaleLock(pulumi: Pulumi): Promise<boolean> {
  const folder = join(paths.state, ".pulumi", "locks");
  if (!existsSync(folder)) return false;
  const locks = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json") && name.includes(`/${STACK}/`))
    .map(
      (name) =>
        JSON.parse(readFileSync(join(folder, name), "utf8")) as { pid: number; hostname: string },
    );
  if (locks.length === 0) return false;
  for (const { pid, hostname: host } of locks) {
    if (host !== hostname() || processStart(pid) !== undefined) {
      throw new Error(
        `stack ${STACK} is being updated by process ${pid} on ${host}: wait until it has ended, then try again`,
      );
    }
  }
  await pulumi.run(["cancel", "--yes", "--stack", STACK], { quiet: true });
  return true;
}
