import { createPublicKey } from "node:crypto";
import { publicKeyFingerprint } from "../../../x509";
import type { Plan, PlannedResource } from "../plan";
import { indexOf } from "../plan-index";
import { trustOf } from "../trust/trust";
import type { Loss } from "./loss";
import { isLost } from "./objects";
import { dayOf } from "../words";

/**
 * Keys of organizations that are lost although another stack has signed a certificate for them: with a new key, the
 * organization must request a certificate again. A key is not missed if its successor has a certificate.
 */
export function lostKeys(plan: Plan, at: Date): Loss[] {
  const { leaves } = trustOf(plan);
  const { children } = indexOf(plan);
  return plan.resources
    .filter(({ type }) => type === "countersign:enrollment:Enrollment")
    .flatMap((enrollment) => {
      const before = leaves.before.get(enrollment.name);
      const [held, next] = [before?.certificate, leaves.after.get(enrollment.name)?.certificate];
      if (held === undefined || held.notAfter < at) return [];
      if (next !== undefined && next.publicKeyFingerprint !== held.publicKeyFingerprint) return [];
      return (children.get(enrollment.urn) ?? [])
        .flatMap(({ urn }) => children.get(urn) ?? [])
        .filter((key) => isLost(key) && publicKeyOf(key) === held.publicKeyFingerprint)
        .map((key) => ({
          text: `The private key ${key.name} is ${key.operation === "replace" ? "replaced" : "deleted"}, although ${before?.owner ?? ""} has a certificate for it until ${dayOf(held.notAfter)}: nobody can use or renew that certificate any longer, and with another key ${before?.owner ?? ""} must request a new one.`,
          todo: "If the organization stays, give it another key (`certificate.keys`), and remove this one when the new key has its certificate.",
        }));
    });
}

/** SHA-256 of the public key; undefined if the resource is not a key, or its state does not say. */
function publicKeyOf({ type, before }: PlannedResource): string | undefined {
  const pem = before?.outputs.publicKeyPem;
  if (type !== "tls:index/privateKey:PrivateKey" || typeof pem !== "string") return undefined;
  return publicKeyFingerprint(createPublicKey(pem));
}
