import type { Operation, PlannedResource } from "../../../../../cli/report/plan";
import { makeResource } from "../make-plan";

/** A Secret that Pulumi names, with its name on each side. */
export function givenSecret(
  name: string,
  operation: Operation,
  before: string | undefined,
  after: string | undefined,
  dependencies: readonly PlannedResource[] = [],
  type = "Opaque",
): PlannedResource {
  const side = (given: string | undefined) =>
    given === undefined
      ? undefined
      : {
          inputs: {
            metadata: { name: given, annotations: { "pulumi.com/autonamed": "true" } },
            type,
          },
          dependencies: { stringData: dependencies.map(({ urn }) => urn) },
        };
  const sides = { before: side(before), after: side(after) };
  return makeResource({ type: "kubernetes:core/v1:Secret", name, operation, ...sides });
}
