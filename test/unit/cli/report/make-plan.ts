import type { Facts } from "../../../../facts";
import type { Operation, PlannedResource, State } from "../../../../cli/report/plan";
import { indexOf, type IndexedPlan } from "../../../../cli/report/plan-index";
import { readProperty } from "../../../../cli/report/value";

/** One side of a resource, in short: its inputs, or a whole state. */
export interface DescribedState {
  readonly inputs?: object;
  readonly outputs?: object;
  readonly dependencies?: State["dependencies"];
  readonly provider?: string;
  readonly retained?: boolean;
}

/** A resource of a plan, in short. */
export interface Described {
  readonly type: string;
  readonly name: string;
  readonly parent?: PlannedResource;
  /** @default - `create` or `delete` if it is on one side only, otherwise `same` */
  readonly operation?: Operation;
  readonly before?: DescribedState | undefined;
  readonly after?: DescribedState | undefined;
  readonly reasons?: readonly string[];
}

/** A plan as `readPlan` returns it, and its index. */
export function makePlan(...resources: readonly PlannedResource[]): IndexedPlan {
  const ordered = [...resources].sort((one, other) => (one.urn < other.urn ? -1 : 1));
  return indexOf({
    stack: "test",
    resources: ordered,
    outputs: {},
    messages: [],
    failure: undefined,
  });
}

/** A resource as `readPlan` returns it. Texts that Pulumi writes for secret and unknown values are read as such. */
export function makeResource(described: Described): PlannedResource {
  const { type, name, parent, before, after, reasons = [] } = described;
  return {
    urn: `urn:pulumi:test::countersign::${type}::${name}`,
    type,
    name,
    parent: parent?.urn,
    operation: described.operation ?? operationOf(described),
    before: before && makeState(before),
    after: after && makeState(after),
    reasons,
    changes: [],
  };
}

/** A component with the facts that it states. */
export function makeComponent(
  type: string,
  name: string,
  before: Facts | undefined,
  after: Facts | undefined,
): PlannedResource {
  return makeResource({
    type: `countersign:${type}`,
    name,
    before: before && { inputs: before },
    after: after && { inputs: after },
  });
}

function operationOf({ before, after }: Described): Operation {
  if (before === undefined) return "create";
  return after === undefined ? "delete" : "same";
}

function makeState({
  inputs = {},
  outputs = {},
  dependencies = {},
  provider,
  retained,
}: DescribedState): State {
  return {
    inputs: readProperty(inputs) as State["inputs"],
    outputs: readProperty(outputs) as State["outputs"],
    dependencies,
    provider,
    ...(retained === true && { retained }),
  };
}
