import { z } from "zod";
import { quote } from "../../../x509";
import { CannotCheck } from "../../../command/failure";
import { readSecretOutput } from "../../../command/secret-output";
import {
  choreoConnect,
  issuedByChoreoConnect,
  keptByChoreoConnect,
  type ChoreoConnectOutputs,
  type IssuedMaterial,
  type KeptMaterial,
} from "../outputs";

/** Outputs of a stack for its Choreo Connect. */
export interface ChoreoConnectStack extends ChoreoConnectOutputs {
  /** PEM of its CA's generations, the signing one first. */
  readonly caBundle: string;
  readonly issued: IssuedMaterial;
}

const outputs = z.object({
  choreoConnect,
  caBundle: z.string(),
  certificates: z.object({ choreoConnect: issuedByChoreoConnect }),
});

/**
 * Reads a stack's outputs for its Choreo Connect.
 *
 * @param origin origin of the content, for messages.
 * @throws CannotCheck if the stack has no Choreo Connect.
 */
export function readChoreoConnect(content: unknown, origin: string): ChoreoConnectStack {
  if (typeof content === "object" && content !== null && !("choreoConnect" in content)) {
    throw new CannotCheck(
      `${origin} has no Choreo Connect: set countersign:choreoConnect, and run \`pulumi up\``,
    );
  }
  const parsed = outputs.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CannotCheck(
      `the outputs of ${origin} are not those of a deployed Choreo Connect (${quote(issue?.path.join(".") ?? "")}): run \`pulumi up\` first`,
    );
  }
  const { choreoConnect: found, caBundle, certificates } = parsed.data;
  return { ...found, caBundle, issued: certificates.choreoConnect };
}

/** Whether any part or backend is in a cluster. */
export function usesCluster({ target, gateway }: ChoreoConnectStack): boolean {
  return (
    target.kind === "kubernetes" ||
    [...gateway.backends.values()].some(({ namespace }) => namespace !== undefined)
  );
}

/** Whether the stack keeps keys or passwords that are in no cluster. */
export function keepsKeys({ target, gateway }: ChoreoConnectStack): boolean {
  return (
    target.kind === "compose" ||
    [...gateway.backends.values()].some(({ namespace }) => namespace === undefined)
  );
}

/** Reads the keys and passwords that are in no Secret of a cluster. */
export function readKept(stack: string | undefined): Promise<KeptMaterial> {
  return readSecretOutput(stack, "choreoConnectKeys", keptByChoreoConnect);
}
