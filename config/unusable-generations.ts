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
 * CAs that are brought in, but which a consumer that is to trust them would refuse.
 *
 * @param leaves that the signing generation is to sign.
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

/** CAs above those that are brought in, which a consumer that is handed them would refuse. */
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
 * Trusted CAs that are brought in without a subject key identifier.
 *
 * @param reader that asks for one.
 */
export function withoutIdentifier(authority: AuthorityConfig, reader: string): Problem[] {
  return existingGenerations(authority, ({ name, isSigning, ca: { subject, subjectKeyId } }) => {
    if (isSigning || subjectKeyId !== undefined) return [];
    const message = `${subject.text} has no subject key identifier, which ${reader} asks for.`;
    return [problemOf(name, "certificate", isSigning, message)];
  });
}

/** A generation that is brought in. */
interface Existing {
  readonly name: string;
  readonly isSigning: boolean;
  readonly ca: Certificate;
  /** The CAs above it, as far as they came along. */
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
    ? "Have the CA's certificate issued again without that, bring another CA, or let a generation be made here."
    : "Bring a certificate of that CA without that, or remove the generation.";
  return { key: keyOf(["authority", "generations", name, key]), message: `${message} ${advice}` };
}
