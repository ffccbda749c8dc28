import { ComponentResource } from "@pulumi/pulumi";

/**
 * A component that registers no outputs: everything about it is in its inputs and its children. Registering none would
 * make the engine write the whole state once more for each (pulumi 3.245, `pkg/backend/snapshot.go`).
 */
export abstract class SilentComponent extends ComponentResource {
  /** The SDK calls it after the constructor, unless the component did (resource.js). */
  protected override registerOutputs(): void {
    // Nothing is registered.
  }
}
