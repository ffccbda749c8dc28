import { z } from "zod";
import {
  findPublicCa,
  publicCaName,
  publicCas,
  publishedKeyProblem,
  quoteList,
  readCertificates,
  similarPublicCas,
  type Certificate,
} from "../x509";
import { checkAnchorFor } from "../x509/consumers/check";
import type { Consumers } from "../x509/consumers/rules";
import { PEM, about } from "./about";
import { refusalsIn, section, text, type Refuse } from "./fields";
import { pem, pemMessage } from "./certificate-fields";
import { shown } from "./problems";

/** Public CAs by their names or SHA-256 fingerprints, or `all` of them. */
export const publicCaChoice = z
  .union([z.literal("all"), z.array(text("name or SHA-256 fingerprint").min(1))], {
    error: (issue) =>
      `found ${shown(issue.input)}; must be "all", or a list of CAs by their names or SHA-256 fingerprints`,
  })
  .default([]);

/**
 * Returns the chosen CAs, as PEM by alias.
 *
 * @param refuse is called for names that no public CA has.
 */
export function chosenPublicCas(
  wanted: z.output<typeof publicCaChoice>,
  refuse: Refuse,
): Record<string, string> {
  return byAlias(publicCasOf(wanted, refuse));
}

const otherCasKeys = section({
  publicCas: publicCaChoice.meta(about("Public CAs", ["DigiCert Global Root G2"])),
  certificates: pem.optional().meta(about("Certificates of other CAs", PEM)),
});

/**
 * A section with the CAs beyond a system's own that a client trusts; read as PEM by alias.
 *
 * @param consumers the consumers that will trust them.
 */
export const otherCas = (consumers: Consumers) =>
  otherCasKeys.transform(({ publicCas: wanted, certificates }, context) => {
    const refuse = refusalsIn(context);
    const chosen = publicCasOf(wanted, refuse);
    let given: readonly Certificate[] = [];
    try {
      given = certificates === undefined ? [] : readCertificates(certificates);
    } catch (error) {
      refuse("certificates", pemMessage(error));
    }
    for (const certificate of given) {
      const { subject } = certificate;
      for (const { message } of checkAnchorFor(certificate, consumers))
        refuse("certificates", message);
      const problem = publishedKeyProblem(certificate);
      if (problem !== undefined) refuse("certificates", `holds ${subject.text}, which ${problem}`);
    }
    return byAlias([...chosen, ...given]);
  });

function publicCasOf(
  wanted: z.output<typeof publicCaChoice>,
  refuse: Refuse,
): readonly Certificate[] {
  return wanted === "all" ? publicCas() : wanted.flatMap((name) => publicCa(name, refuse));
}

function publicCa(name: string, refuse: Refuse): Certificate[] {
  const found = findPublicCa(name);
  if (found) return [found];
  const similar = similarPublicCas(name);
  const hint = similar.length > 0 ? `; similar names are ${quoteList(similar)}` : "";
  refuse(
    "publicCas",
    `${shown(name)} is not the CN or SHA-256 fingerprint of any public CA that Node ${process.version} knows${hint}`,
  );
  return [];
}

/** Returns each CA once, by an alias whose fingerprint distinguishes CAs with the same name. */
function byAlias(cas: readonly Certificate[]): Record<string, string> {
  return Object.fromEntries(
    cas.map((ca) => {
      const name = publicCaName(ca)
        .toLowerCase()
        .replace(/[^a-z\d]+/g, "-");
      return [`${name}-${ca.fingerprint.slice(0, 8)}`, ca.pem];
    }),
  );
}
