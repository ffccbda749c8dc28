import { globallyTrusted, type Gateway } from "../../../components/choreo-connect/gateway";
import { globalBundle } from "../../../components/choreo-connect/trust";
import { readCertificates } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import { checkPublishedKeys } from "../../../verify/published-keys";
import { readTrustFile } from "../../../verify/trust-file";
import { trustProblems } from "../../../verify/trust-problems";
import type { PartView } from "./part-view";
import type { RouterRules } from "./router-rules";
import type { Surroundings } from "./surroundings";

/**
 * Checks the bundle of CAs that the router trusts for backends without certificates from an API.
 *
 * @returns the bundle as PEM; undefined if the router keeps its image's own, or if there is none.
 */
export function checkGlobalBundle(
  router: PartView,
  list: Checklist,
  { bundle: path }: RouterRules,
  { stack: { gateway, caBundle } }: Surroundings,
): string | undefined {
  const wanted = globalBundle(gateway, caBundle);
  if (wanted === undefined) return undefined;
  const content = router.files.get(path);
  if (content === undefined) {
    const message = `its container does not have the stack's ${path}: it trusts only public CAs, not those of ${globals(gateway)}.`;
    list.fail("trust-store", message, router.todo);
    return undefined;
  }
  const file = readTrustFile(content, path);
  checkPublishedKeys(list, file);
  const expected = readCertificates(wanted);
  const publicOnes = Object.keys(gateway.publicCas).length;
  list.judge(
    "trust-store",
    file.unreadable === undefined
      ? trustProblems(file.what, file.certificates, expected, "nobody else")
      : [file.unreadable],
    `its bundle contains the CAs of ${globals(gateway)}, and ${publicOnes === 0 ? "no public CAs" : `${publicOnes} public ${publicOnes === 1 ? "CA" : "CAs"}`}`,
    router.todo,
  );
  return content.content.toString("utf8");
}

function globals(gateway: Gateway): string {
  return globallyTrusted(gateway)
    .map(({ name }) => name)
    .join(", ");
}
