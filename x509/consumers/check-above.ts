import type { Certificate } from "../certificate";
import type { Finding } from "../finding";
import { checkAnchorFor } from "./check-certificate";
import { checkNames, checkPurposes, checkTime, type Leaf } from "./check-signer";
import { readersAmong, type Consumers } from "./library";
import { checkWeakSignature } from "./weak";

/**
 * Checks the CAs above a CA that is distributed together with them. Go and Java end a chain at any CA that they trust.
 * OpenSSL (and so Node.js and Python) continues to the root and checks every CA on the way; so does BoringSSL if it
 * finds the root.
 * @param ca the CA
 * @param path the CAs above it, from its issuer to the root
 * @param leaves certificates that the CA will sign; empty if it no longer signs
 * @param consumers those who trust all of these CAs
 * @param at the time at which the CA signs
 * @returns the problems; empty if there are none
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
    // No library checks the signature of a root.
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
