import { createHash } from "node:crypto";

/** The annotation of pods that changes with what they have mounted of a backend; one Deployment may be several. */
export function contentAnnotation(backend: string): string {
  return `mounted.countersign/${backend}`;
}

/**
 * The annotation's value. Of public parts alone: a key changes with its certificate.
 *
 * @param bundle PEM of the generations by which the backend knows the router.
 * @param certificate PEM of its own; undefined if it is not ours.
 */
export function contentDigest(bundle: string, certificate: string | undefined): string {
  const parts = JSON.stringify([bundle, certificate]);
  return createHash("sha256").update(parts).digest("hex").slice(0, 16);
}
