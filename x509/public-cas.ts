import { rootCertificates } from "node:tls";

import { readCertificate, type Certificate } from "./certificate";
import { fingerprintIn } from "./fingerprint";

let known: readonly Certificate[] | undefined;

/** CAs that Mozilla trusts for TLS servers, as shipped with this version of Node. */
export function publicCas(): readonly Certificate[] {
  known ??= rootCertificates.map((pem) => readCertificate(pem, "a public CA"));
  return known;
}

/** Common name of a CA; for the few without one, its organizational unit or organization as in the subject's text. */
export function publicCaName({ subject }: Certificate): string {
  return subject.commonNames[0] ?? subject.text;
}

/** Finds a public CA by its name (in any case) or by its SHA-256 fingerprint; undefined if there is none. */
export function findPublicCa(nameOrFingerprint: string): Certificate | undefined {
  const wanted = nameOrFingerprint.toLowerCase();
  const fingerprint = fingerprintIn(wanted);
  return publicCas().find(
    (ca) => publicCaName(ca).toLowerCase() === wanted || ca.fingerprint === fingerprint,
  );
}

/** Finds names of public CAs that share a word with this one, for messages. */
export function similarPublicCas(name: string, most = 5): string[] {
  const words = wordsOf(name);
  return publicCas()
    .map((ca) => publicCaName(ca))
    .map((candidate) => {
      const shared = wordsOf(candidate).filter((word) => words.includes(word));
      const telling = shared.filter((word) => !COMMON.includes(word));
      return { candidate, telling: telling.length, shared: shared.length };
    })
    .filter(({ telling }) => telling > 0)
    .sort(
      (one, other) =>
        other.telling - one.telling ||
        other.shared - one.shared ||
        (one.candidate < other.candidate ? -1 : 1),
    )
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** Words that occur in the names of half of all CAs and thus say nothing on their own. */
const COMMON = ["root", "ca", "certification", "authority", "global", "trust", "services"];

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== "");
}
