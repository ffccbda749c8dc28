import type { KeptData } from "../../model";
import { fieldsOf, type ManifestObject, type Node } from "./objects";

/** Most pods of an object whose claims are listed. */
const MOST_REPLICAS = 100;

/** The persistent volume claims of an object, and whether they are deleted with it; undefined if it has none. */
export function keptData(object: ManifestObject): KeptData | undefined {
  if (object.kind === "PersistentVolumeClaim") return { claims: [object.name], isLost: true };
  if (object.kind !== "StatefulSet") return undefined;
  const claims = claimsOf(object);
  if (claims.length === 0) return undefined;
  // Kubernetes creates these claims, and keeps them by default.
  const { persistentVolumeClaimRetentionPolicy: policy } = fieldsOf(object.content.spec);
  return { claims, isLost: fieldsOf(policy).whenDeleted === "Delete" };
}

function claimsOf({ name, content }: ManifestObject): string[] {
  const { replicas, volumeClaimTemplates } = fieldsOf(content.spec);
  const templates = Array.isArray(volumeClaimTemplates)
    ? (volumeClaimTemplates as readonly Node[])
    : [];
  const wanted = replicas === undefined || replicas === null ? 1 : Number(replicas);
  const count = Math.min(wanted, MOST_REPLICAS);
  return templates.flatMap((template) => {
    const { name: claim } = fieldsOf(fieldsOf(template).metadata);
    return typeof claim === "string"
      ? Array.from({ length: count }, (_, ordinal) => `${claim}-${name}-${ordinal}`)
      : [];
  });
}
