import { readCertificate } from "../x509";
import type { AuthorityConfig } from "./authority";
import { keyOf, type Problem } from "./problems";

/**
 * Problems with generations whose signatures some consumers cannot verify.
 *
 * @param why the middle of the sentence: which consumers cannot, and which system needs other generations.
 */
export function generationsOfEd25519(
  { generations }: Pick<AuthorityConfig, "generations">,
  why: string,
): Problem[] {
  return Object.entries(generations).flatMap(([name, generation]) => {
    const algorithm =
      generation.kind === "created"
        ? generation.algorithm
        : readCertificate(generation.certificate).keyAlgorithm;
    if (algorithm !== "Ed25519") return [];
    const message = `has an Ed25519 key, ${why} generations with another key, for example of algorithm ECDSA-P256`;
    return [{ key: keyOf(["authority", "generations", name]), message }];
  });
}
