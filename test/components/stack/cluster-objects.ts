import type { LiveObject, ObjectRef } from "../../../components/kubernetes/ownership/object";
import type { ClusterObjects } from "../../../components/kubernetes/ownership/reader";

/** The namespace of an organization of the tests' consortium. */
export const NAMESPACE = "my-org1-msp";

/** A cluster in which there are these objects, in the namespace of an organization. */
export function cluster(
  objects: readonly LiveObject[],
  records: readonly LiveObject[] = [],
): ClusterObjects {
  return {
    find: ({ kind, name }: ObjectRef) =>
      Promise.resolve(objects.find((each) => each.kind === kind && each.metadata.name === name)),
    releaseRecords: (_, name) => Promise.resolve(name === "backend" ? records : []),
    contentOf: (namespace) =>
      Promise.resolve(
        namespace === NAMESPACE ? objects.filter(({ kind }) => kind !== "Namespace") : [],
      ),
  };
}
