import type { Certificate } from "../../../x509";
import type { PodFile } from "../../../verify/cluster/pod-files";
import type { Checklist } from "../../../verify/check";
import { readTrustFile } from "../../../verify/trust-file";
import { trustProblems } from "../../../verify/trust-problems";
import { isLeafOf } from "./leaf-of";
import type { PartView } from "./part-view";

/** Checks what follows a part's certificate in its file, which its peers use as a CA file (see certificateFileOf). */
export function checkCertificateFile(
  { part, todo }: PartView,
  file: PodFile,
  list: Checklist,
  cas: readonly Certificate[],
): void {
  const [leaf, ...behind] = readTrustFile(file, "its certificate file").certificates;
  if (leaf === undefined) return;
  const needed = generationsBehind(leaf, cas);
  const own = behind.filter((each) => isOneOf(each, cas) && !isOneOf(each, needed));
  const rest = behind.filter((each) => !own.includes(each));
  const problems =
    rest.length === 0
      ? [
          `${file.origin} has its certificate without a CA, but its peers use this file as their CA file: its renewal would lock it out until they have restarted.`,
        ]
      : trustProblems(`its certificate file (${file.origin})`, rest, needed, "nobody else");
  if (part === "enforcer" && own.length > 0) {
    problems.push(
      `${file.origin} has ${own.map(({ subject }) => subject.text).join(", ")} after its certificate, which did not issue it: Java accepts only a chain, so the enforcer does not start.`,
    );
  }
  list.judge(
    "trust-store",
    problems,
    `its certificate file, which its peers use as their CA file, also contains the ${needed.length === 1 ? "CA" : `${needed.length} CAs`} ${part === "enforcer" ? "that issued it" : "of the stack"}`,
    todo,
  );
}

/** Returns the generations that must follow a part's certificate: for the enforcer, only the one that issued it. */
export function generationsBehind(
  leaf: Certificate,
  cas: readonly Certificate[],
): readonly Certificate[] {
  const isEnforcers = leaf.subject.commonNames.includes("enforcer");
  const issuers = cas.filter((ca) => isLeafOf(leaf, [ca]));
  return isEnforcers && issuers.length > 0 ? issuers : cas;
}

export function isOneOf({ fingerprint }: Certificate, all: readonly Certificate[]): boolean {
  return all.some((each) => each.fingerprint === fingerprint);
}
