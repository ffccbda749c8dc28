import { ComponentResource, Output, runtime, type Inputs, type Resource } from "@pulumi/pulumi";

/**
 * Parts of Pulumi's outputs that their public type hides. Outputs have had them since the first SDK: `apply` hides
 * unknown values on purpose.
 */
interface Inside<T> {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  /** @param withUnknowns whether it resolves to the SDK's mark for unknown values, instead of undefined. */
  readonly promise: (withUnknowns?: boolean) => Promise<T>;
}

function inside<T>(value: Output<T>): Inside<T> {
  return value as unknown as Inside<T>;
}

/**
 * Whether a preview found that a resource will be created or replaced: in that case, an output that is decided on
 * creation is unknown.
 */
export async function willBeMade(decidedByMaking: Output<unknown>): Promise<boolean> {
  return runtime.isDryRun() && !(await inside(decidedByMaking).isKnown);
}

/**
 * Returns the value of an output for a check only: what is checked does not depend on it, as far as Pulumi records.
 *
 * @returns undefined if a preview does not know it.
 */
export async function valueForCheck<T>(value: Output<T>): Promise<T | undefined> {
  const { isKnown } = inside(value);
  return (await isKnown) ? inside(value).promise() : undefined;
}

/**
 * Returns an output that comes from no resource, as far as Pulumi records. It is for a value that is always used beside
 * another one whose resource depends on the same resource: each dependency that Pulumi records is a URN twice in the
 * state, and says nothing new.
 */
export function withoutDependencies<T>(value: Output<T>): Output<T> {
  const { isKnown, isSecret } = inside(value);
  return new Made(
    [],
    inside(value).promise(true),
    isKnown,
    isSecret,
    Promise.resolve([]),
  ) as Output<T>;
}

/** The constructor of outputs, which the SDK itself calls with the resources that a value comes from. */
const Made = Output as unknown as new (
  resources: readonly Resource[],
  value: Promise<unknown>,
  isKnown: Promise<boolean>,
  isSecret: Promise<boolean>,
  allResources: Promise<readonly Resource[]>,
) => unknown;

/**
 * A component that registers outputs only if it has any. For all others, the SDK registers an empty set after the
 * constructor (resource.js), for which the engine writes the whole state once more (pulumi 3.245,
 * `pkg/backend/snapshot.go`).
 */
export abstract class QuietComponent extends ComponentResource {
  /** Registers outputs, unless there are none. */
  protected override registerOutputs(outputs: Inputs = {}): void {
    if (Object.keys(outputs).length > 0) super.registerOutputs(outputs);
  }
}
