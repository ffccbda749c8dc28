import { ComponentResource, type Inputs } from "@pulumi/pulumi";

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
