import { ComponentResource, all, output, type Output } from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId";
import { withoutDependencies } from "../../outputs";
import { madeBy } from "./object";

/** Names of the resources below. */
export const OWNERSHIP = "ownership";
export const OWNERSHIP_ID = "ownership-id";

/**
 * The identity of a stack, which distinguishes its objects from those of another stack with the same name, and the
 * namespaces that it leaves in the cluster when it no longer has them.
 */
export class Ownership extends ComponentResource {
  static readonly type = "countersign:kubernetes:Ownership";

  /** The value of the annotation MADE_BY. */
  readonly mark: Output<string>;
  private resolve!: (kept: Output<string[]>) => void;

  /** @param fullName the full name of the stack. */
  constructor(fullName: string) {
    super(Ownership.type, OWNERSHIP);
    const { hex } = new RandomId(OWNERSHIP_ID, { byteLength: 8 }, { parent: this });
    // Objects need not outlive the id: the state has them by their UIDs.
    this.mark = withoutDependencies(hex.apply((id) => madeBy(fullName, id)));
    // Outputs must be registered by the constructor, but these are only known at the end of the program.
    const kept = new Promise<Output<string[]>>((resolve) => (this.resolve = resolve));
    this.registerOutputs({ kept: output(kept) });
  }

  /**
   * Records namespaces that the engine will leave in the cluster, once it knows that it must. It must be called once.
   *
   * @param kept their names, each available as soon as its namespace is registered that way.
   */
  remember(kept: readonly Output<string>[]): void {
    this.resolve(all([...kept]));
  }
}
