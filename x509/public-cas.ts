import { rootCertificates } from "node:tls";

import { readCertificate, type Certificate } from "./certificate";
import { fingerprintIn } from "./fingerprint";

let known: readonly Certificate[] | undefined;

/** The CAs that Mozilla trusts for TLS servers, as this version of Node ships them. */
export function publicCas(): readonly Certificate[] {
  known ??= rootCertificates.map((pem) => readCertificate(pem, "a public CA"));
  return known;
}

/** What people call a CA: its CN or, for the few that have none, its organizational unit or organization as the subject's text. */
export function publicCaName({ subject }: Certificate): string {
  return subject.commonNames[0] ?? subject.text;
}

/** A public CA by its name, in whatever case, or by its SHA-256 fingerprint; undefined if there is none. */
export function findPublicCa(nameOrFingerprint: string): Certificate | undefined {
  const wanted = nameOrFingerprint.toLowerCase();
  const fingerprint = fingerprintIn(wanted);
  return publicCas().find(
    (ca) => publicCaName(ca).toLowerCase() === wanted || ca.fingerprint === fingerprint,
  );
}

/** Names of public CAs that share a word with this one, for messages. */
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

/** Words that half of all CAs have in their names tell nothing alone. */
const COMMON = ["root", "ca", "certification", "authority", "global", "trust", "services"];

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== "");
}
