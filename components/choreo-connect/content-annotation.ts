import { createHash } from "node:crypto";
import type { Backend } from "./gateway";

/**
 * Returns the annotation of pods that changes with what they mount for a backend. A Deployment may serve several
 * backends.
 */
export function contentAnnotation(backend: string): string {
  return `mounted.countersign/${backend}`;
}

/**
 * Returns the annotation's value. It depends only on public parts: a key changes together with its certificate. A
 * password is not one of them: whoever changes it restarts the pods.
 *
 * @param bundle PEM of the generations that the backend trusts for the router.
 * @param certificate PEM of its own certificate; undefined if it is not issued here.
 */
export function contentDigest(
  { certificate: { kind, ...own }, routerTrust }: Backend,
  bundle: string,
  certificate: string | undefined,
): string {
  const form = "form" in own ? own.form : undefined;
  // Sorted, because a stack's outputs have their names in another order than its configuration.
  const publicCas = Object.entries(routerTrust.publicCas).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const trust = [routerTrust.forms, publicCas];
  const parts = JSON.stringify([kind, form, trust, bundle, certificate]);
  return createHash("sha256").update(parts).digest("hex").slice(0, 16);
}
