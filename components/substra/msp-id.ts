import { quote } from "../../x509";
import { kebabCase } from "./kebab-case";

/**
 * Longest MSP ID in kebab case. The orchestrator chart 8.8.0 names a volume `orchestrator-tls-client-cacert-<kebab>`,
 * and the name of a volume is a DNS label of at most 63 characters (RFC 1123).
 */
export const MAX_KEBAB_LENGTH = 63 - "orchestrator-tls-client-cacert-".length;

/**
 * Checks one Substra MSP ID: the name of an organization, which must be the O of its client certificate, its backend's
 * `orchestrator.mspID`, a member of a channel and a key of `clientCACerts` at the same time. The orchestrator chart
 * 8.8.0 derives a volume name and a directory from that key, so fewer characters are allowed than in a subject.
 *
 * @returns the problem and what is allowed, or undefined if there is no problem.
 */
export function mspIdProblem(mspId: string): string | undefined {
  if (!/^[A-Za-z0-9-]+$/.test(mspId)) {
    return `MSP ID ${quote(mspId)} may contain only ASCII letters, digits and hyphens, because the orchestrator chart derives a volume name from it`;
  }
  const kebab = kebabCase(mspId);
  if (kebab.length > MAX_KEBAB_LENGTH) {
    return `MSP ID "${mspId}" is too long: the orchestrator chart writes it as "${kebab}", ${kebab.length} characters, and has room for ${MAX_KEBAB_LENGTH}`;
  }
  if (kebab.startsWith("-") || kebab.endsWith("-")) {
    return `MSP ID "${mspId}" may not begin or end with a hyphen: Kubernetes names do not`;
  }
  return undefined;
}

/**
 * Checks MSP IDs against each other: the chart derives the same volume name from two that differ only in case or
 * hyphens, and the API server refuses that.
 *
 * @returns each MSP ID that collides, with a message naming the other.
 */
export function mspIdCollisions(mspIds: readonly string[]): Map<string, string> {
  const firstByKebab = new Map<string, string>();
  const collisions = new Map<string, string>();
  for (const mspId of mspIds) {
    const kebab = kebabCase(mspId);
    const first = firstByKebab.get(kebab);
    if (first === undefined) {
      firstByKebab.set(kebab, mspId);
    } else {
      collisions.set(
        mspId,
        `MSP IDs "${first}" and "${mspId}" are both "${kebab}" to the orchestrator chart; rename one of them`,
      );
    }
  }
  return collisions;
}
