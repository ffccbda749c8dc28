import { createHash } from "node:crypto";
import type { Backend } from "./gateway";

/** The annotation of pods that changes with what they have mounted of a backend; one Deployment may be several. */
export function contentAnnotation(backend: string): string {
  return `mounted.countersign/${backend}`;
}

/**
 * The annotation's value. Of public parts alone: a key changes with its certificate. A password is none of them: whoever gives
 * another one restarts the pods.
 *
 * @param bundle PEM of the generations by which the backend knows the router.
 * @param certificate PEM of its own; undefined if it is not ours.
 */
export function contentDigest(
  { certificate: { kind, ...own }, routerTrust }: Backend,
  bundle: string,
  certificate: string | undefined,
): string {
  const form = "form" in own ? own.form : undefined;
  // As others read it: a stack's outputs have their names in another order than its configuration.
  const publicCas = Object.entries(routerTrust.publicCas).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const trust = [routerTrust.forms, publicCas];
  const parts = JSON.stringify([kind, form, trust, bundle, certificate]);
  return createHash("sha256").update(parts).digest("hex").slice(0, 16);
}
