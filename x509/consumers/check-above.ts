import type { Certificate } from "../certificate";
import type { Finding } from "../finding";
import { checkAnchorFor } from "./check-certificate";
import { checkNames, checkPurposes, checkTime, type Leaf } from "./check-signer";
import { readersAmong, type Consumers } from "./library";
import { checkWeakSignature } from "./weak";

/**
 * Checks the CAs above a CA that is handed out together with them. Go and Java end a chain at any CA that they
 * trust. OpenSSL, and so Node.js and Python, goes on to the root and judges every CA on its way; BoringSSL does that too if
 * it finds the root.
 * @param ca the CA
 * @param path the CAs above it, its issuer first and the root last
 * @param leaves what the CA is to sign; empty if it only has signed
 * @param consumers who trusts all of these CAs
 * @param at the time at which it signs
 * @returns what is wrong; empty if nothing is
 */
export function checkAboveFor(
  ca: Certificate,
  path: readonly Certificate[],
  leaves: readonly Leaf[],
  consumers: Consumers,
  at: Date,
): Finding[] {
  const anchors = path.flatMap((above) => checkAnchorFor(above, consumers));
  const readers = readersAmong(consumers, ["BoringSSL", "OpenSSL"]);
  if (readers.length === 0 || path.length === 0) return anchors;
  const toTheRoot = Object.fromEntries(readers.map((library) => [library, consumers[library]]));
  return [
    ...anchors,
    // Nobody looks at the signature of a root.
    ...[ca, ...path.slice(0, -1)].flatMap(checkWeakSignature),
    ...(leaves.length === 0
      ? []
      : path.flatMap((above) => [
          ...checkTime(above, toTheRoot, at),
          ...checkPurposes(above, leaves, toTheRoot),
          ...checkNames(above, leaves, toTheRoot),
        ])),
  ];
}
