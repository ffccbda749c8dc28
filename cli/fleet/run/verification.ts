import { CannotCheck } from "../../../command/failure";
import type { StackDocument } from "../../../command/stack-outputs";
import { COMMANDS } from "../../../systems/commands";
import { isFailure } from "../../../verify/check";
import { connect } from "../../../verify/cluster/api";
import { renderFailures, renderText, summary } from "../../../verify/print";
import { PAGE, deployedIn, verifyDeployed, type Deployed } from "../../verify";
import { CannotStart, DoesNotHold, PassFailed } from "../failure";
import type { StackFile, StackFolder } from "../stack-folder";
import type { Stacks } from "../stacks";

/**
 * Refuses stacks that could not be verified after their deployment.
 *
 * @throws CannotStart
 */
export function assertVerifiable(stacks: readonly StackFile[]): void {
  const names = stacks.filter(({ cluster }) => cluster === undefined).map(({ name }) => name);
  if (names.length === 0) return;
  throw new CannotStart(
    `--waves cannot verify ${names.join(", ")}: kubernetes:kubeconfig and kubernetes:cluster in a stack file are not read; set kubernetes:context instead, with a KUBECONFIG that has the context`,
  );
}

/** Verification of stacks, as `countersign verify` does it. */
export class Verification {
  constructor(
    private readonly folder: StackFolder,
    private readonly stacks: Pick<Stacks, "document" | "exists">,
  ) {}

  /**
   * Verifies a stack together with the stacks that sign for it, so that calls between them are tried. Stacks in other
   * clusters are left out, because a verification reads one cluster.
   *
   * @param onChecks gets all checks as a text.
   * @returns a remark for people.
   * @throws DoesNotHold, PassFailed
   */
  async verify(stack: StackFile, onChecks: (text: string) => void): Promise<string> {
    try {
      const own = await this.stacks.document(stack.name);
      if (!hasSystem(own)) return "nothing to verify";
      const signers = await Promise.all(this.signersOf(stack).map((n) => this.stacks.document(n)));
      const deployed = together(own, signers.filter(hasSystem));
      const checks = await verifyDeployed(deployed, () => connect(stack.cluster ?? {}));
      onChecks(renderText(checks, { page: PAGE }));
      const failed = checks.filter(isFailure);
      if (failed.length === 0) return summary(checks);
      const lines = renderFailures(checks, { page: PAGE }).split("\n");
      throw new DoesNotHold([...lines, "", `${summary(checks)}.`], failed);
    } catch (error) {
      throw error instanceof CannotCheck ? new PassFailed([error.message]) : error;
    }
  }

  private signersOf({ name, signed, cluster }: StackFile): string[] {
    return this.folder.stacks
      .filter((other) => other.name !== name && signed.some(({ signer }) => signer === other.name))
      .filter((other) => other.cluster && other.cluster.context === cluster?.context)
      .map((other) => other.name)
      .filter((other) => this.stacks.exists(other));
  }
}

function hasSystem(document: StackDocument): boolean {
  return COMMANDS.some((system) => system.read(document) !== undefined);
}

/** Returns what stacks deployed; only the stack's own if they belong to several installations. */
function together(own: StackDocument, signers: readonly StackDocument[]): readonly Deployed[] {
  try {
    return deployedIn([own, ...signers], COMMANDS);
  } catch (error) {
    if (!(error instanceof CannotCheck)) throw error;
    return deployedIn([own], COMMANDS);
  }
}
