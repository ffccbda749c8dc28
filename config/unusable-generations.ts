import { readCertificate, type Certificate } from "../x509";
import {
  checkAboveFor,
  checkAnchorFor,
  checkSignerFor,
  type Consumers,
  type Leaf,
} from "../x509/consumers";
import type { AuthorityConfig } from "./authority";
import { keyOf, type Problem } from "./problems";

/**
 * Problems with existing CAs that a consumer would refuse although it is meant to trust them.
 *
 * @param leaves certificates that the signing generation will sign.
 */
export function unusableGenerations(
  authority: AuthorityConfig,
  consumers: Consumers,
  leaves: readonly Leaf[],
): Problem[] {
  return existingGenerations(authority, ({ name, isSigning, ca }) =>
    (isSigning
      ? checkSignerFor(ca, leaves, consumers, new Date())
      : checkAnchorFor(ca, consumers)
    ).map(({ message }) => problemOf(name, "certificate", isSigning, message)),
  );
}

/** Problems with the CAs above existing CAs, which a consumer that receives them would refuse. */
export function unusableChains(
  authority: AuthorityConfig,
  consumers: Consumers,
  leaves: readonly Leaf[],
): Problem[] {
  return existingGenerations(authority, ({ name, isSigning, ca, above }) =>
    checkAboveFor(ca, above, isSigning ? leaves : [], consumers, new Date()).map(({ message }) =>
      problemOf(name, "chain", isSigning, message),
    ),
  );
}

/**
 * Problems with existing trusted CAs that have no subject key identifier.
 *
 * @param reader the consumer that requires one.
 */
export function withoutIdentifier(authority: AuthorityConfig, reader: string): Problem[] {
  return existingGenerations(authority, ({ name, isSigning, ca: { subject, subjectKeyId } }) => {
    if (isSigning || subjectKeyId !== undefined) return [];
    const message = `${subject.text} has no subject key identifier, which ${reader} requires.`;
    return [problemOf(name, "certificate", isSigning, message)];
  });
}

/** A generation with an existing CA. */
interface Existing {
  readonly name: string;
  readonly isSigning: boolean;
  readonly ca: Certificate;
  /** The CAs above it, as far as they are configured. */
  readonly above: readonly Certificate[];
}

function existingGenerations(
  { generations }: AuthorityConfig,
  check: (generation: Existing) => Problem[],
): Problem[] {
  return Object.entries(generations).flatMap(([name, generation]) => {
    if (generation.kind !== "existing") return [];
    return check({
      name,
      isSigning: generation.state === "signing",
      ca: readCertificate(generation.certificate),
      above: (generation.chain ?? []).map((pem) => readCertificate(pem)),
    });
  });
}

function problemOf(name: string, key: string, isSigning: boolean, message: string): Problem {
  const advice = isSigning
    ? "Have the CA's certificate reissued without this problem, provide another CA, or let this stack create a generation."
    : "Provide a certificate of that CA without this problem, or remove the generation.";
  return { key: keyOf(["authority", "generations", name, key]), message: `${message} ${advice}` };
}
