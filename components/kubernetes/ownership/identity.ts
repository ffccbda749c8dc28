import { ComponentResource, all, output, type Output } from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId";
import { madeBy } from "./owner";

/** Names of the resources below. */
export const OWNERSHIP = "ownership";
export const OWNERSHIP_ID = "ownership-id";

/**
 * The identity of a stack, by which its objects can be told from those of another one with the same name, and the namespaces
 * that it leaves in the cluster when it no longer has them.
 */
export class Ownership extends ComponentResource {
  static readonly type = "countersign:kubernetes:Ownership";

  /** The value of the annotation MADE_BY. */
  readonly mark: Output<string>;
  private resolve!: (kept: Output<string[]>) => void;

  /** @param fullName of the stack. */
  constructor(fullName: string) {
    super(Ownership.type, OWNERSHIP);
    const { hex } = new RandomId(OWNERSHIP_ID, { byteLength: 8 }, { parent: this });
    this.mark = hex.apply((id) => madeBy(fullName, id));
    // Outputs are registered by the constructor or never; which these are is known at the end of the program.
    const kept = new Promise<Output<string[]>>((resolve) => (this.resolve = resolve));
    this.registerOutputs({ kept: output(kept) });
  }

  /**
   * Notes namespaces that the engine will leave in the cluster, once it knows that it has to. It must be called once.
   *
   * @param kept their names, each as soon as it is registered so.
   */
  remember(kept: readonly Output<string>[]): void {
    this.resolve(all([...kept]));
  }
}
