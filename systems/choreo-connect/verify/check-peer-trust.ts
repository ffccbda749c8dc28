import { posix } from "node:path";
import type { Part } from "../../../components/choreo-connect/party";
import { CONTROL_PLANE_FILES } from "../../../components/choreo-connect/paths";
import { readCertificates, type Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import { checkPublishedKeys } from "../../../verify/published-keys";
import type { TrustFile } from "../../../verify/trust-file";
import { trustProblems } from "../../../verify/trust-problems";
import { generationsBehind, isOneOf } from "./check-certificate-file";
import { isLeafOf } from "./leaf-of";
import { peerFiles, type PartView } from "./part-view";
import type { Surroundings } from "./surroundings";

/** Checks the CAs that a part trusts for its peers: everyone with a certificate of these CAs is let in. */
export function checkPeerTrust(
  view: PartView,
  list: Checklist,
  { stack: { gateway }, cas }: Surroundings,
): void {
  const files = peerFiles(view);
  const managers = gateway.controlPlane === undefined ? [] : readCertificates(gateway.controlPlane);
  const problems = files.flatMap(({ path, file }) => {
    if (file === undefined) return [];
    if (file.unreadable !== undefined) return [file.unreadable];
    return isOfManager(view.part, path) && managers.length > 0
      ? trustProblems(file.what, file.certificates, managers, "nobody else")
      : problemsOf(file, cas);
  });
  const beside = view.part === "router" || managers.length === 0 ? "" : ", and the API Manager's";
  list.judge(
    "trust-store",
    problems,
    `it trusts the stack's ${cas.length === 1 ? "CA" : `${cas.length} CAs`} for its peers${beside}`,
    `Peers that it does not trust cannot communicate with it. ${view.todo}`,
  );
  checkPublishedKeys(list, ...files.flatMap(({ file }) => file ?? []));
}

function isOfManager(part: Part, path: string): boolean {
  return part !== "router" && posix.basename(path) === CONTROL_PLANE_FILES[part];
}

/** Finds problems with a file. Peers' own certificates are in it, too, and let nobody else in. */
function problemsOf(file: TrustFile, cas: readonly Certificate[]): string[] {
  const leaves = file.certificates.filter((each) => isLeafOf(each, cas));
  const anchors = file.certificates.filter((each) => !leaves.includes(each));
  const [leaf] = leaves;
  if (leaf !== undefined && anchors.length === 0) {
    return [
      `${file.what} contains only ${leaf.subject.text}, and no CA: that peer is locked out when its certificate is renewed.`,
    ];
  }
  const needed = leaf === undefined ? cas : generationsBehind(leaf, cas);
  const others = anchors.filter((each) => isOneOf(each, needed) || !isOneOf(each, cas));
  return trustProblems(file.what, others, needed, "nobody else");
}
