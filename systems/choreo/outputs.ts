import { z } from "zod";
import type { SecretStore } from "../../components/choreo/secret-store";
import { partyOf } from "../../components/choreo/party";
import { CLIENT_MODES } from "../../components/choreo/settings";
import { WORKLOAD } from "../../components/choreo/openchoreo";
import { quote } from "../../x509";
import { CannotCheck } from "../../command/failure";
import { objectName } from "../../command/object-name";
import { hasOutput, waitingIn, type StackDocument } from "../../command/stack-outputs";

const row = z.object({
  component: z.string(),
  kind: z.enum(["file", "environment"]),
  name: z.string(),
  holds: z.enum(["certificate", "key", "ca", "path", "url"]),
  secret: z.boolean(),
  mountPath: z.string().optional(),
  variable: z.string().optional(),
  value: z.string().optional(),
  sha256: z.string(),
  notAfter: z.string().optional(),
});

const component = z.object({
  server: z
    .object({
      clients: z.enum(CLIENT_MODES),
      dnsNames: z.array(z.string()),
      url: z.string().optional(),
    })
    .optional(),
  client: z
    .object({
      identity: z.string(),
      shows: z.boolean(),
      calls: z.record(objectName, z.object({ variable: z.string(), url: z.string().optional() })),
    })
    .optional(),
  plan: z.array(row),
  /** Only where it is deployed to a cluster. */
  workload: z.object({ name: objectName, keyReference: objectName.optional() }).optional(),
});

const secretStore = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("push"), name: objectName }),
  z.object({ kind: z.literal("kubernetes"), namespace: objectName }),
  z.object({ kind: z.literal("manual") }),
]) satisfies z.ZodType<SecretStore>;

const target = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("console") }),
  z.object({
    kind: z.literal("openchoreo"),
    apiVersion: z.literal(WORKLOAD.apiVersion),
    namespace: objectName,
    secretStore,
  }),
]);

const outputs = z.object({
  caBundle: z.string(),
  /** Only where a CA is below others: what the components trust then. */
  caBundleToRoot: z.string().optional(),
  certificates: z.object({
    choreo: z.record(z.string(), z.object({ certificate: z.string() })).default({}),
  }),
  choreo: z.object({ project: z.string(), target, components: z.record(objectName, component) }),
});

export type Row = z.output<typeof row>;
/** What a stack says of one component. */
export type ComponentOutputs = z.output<typeof component>;
/** What a stack says of a project, and of the certificates that are in it. */
export type ChoreoOutputs = z.output<typeof outputs>;

/**
 * Reads what a stack says of its Choreo project.
 *
 * @param origin of the content, for messages.
 * @throws CannotCheck if there is none.
 */
export function readChoreo(content: unknown, origin: string): ChoreoOutputs {
  const parsed = outputs.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CannotCheck(
    `the outputs of ${origin} are not those of a deployed Choreo project (${quote(issue?.path.join(".") ?? "")}): run \`pulumi up\` first`,
  );
}

/** What a stack says of the Choreo project that it has. */
export interface ChoreoStack extends ChoreoOutputs {
  /** The stack whose keys can be asked for; undefined for outputs from a file. */
  readonly stack: StackDocument["stack"];
  /** Reasons why components wait, by their names. */
  readonly waiting: ReadonlyMap<string, string>;
}

/**
 * Reads what a stack says of its Choreo project.
 *
 * @returns undefined if it has none.
 * @throws CannotCheck
 */
export function readChoreoStack(document: StackDocument): ChoreoStack | undefined {
  if (!hasOutput(document, "choreo")) return undefined;
  const found = readChoreo(document.content, document.origin);
  const reasons = waitingIn(document);
  const waiting = Object.keys(found.choreo.components).flatMap((name) => {
    const reason = reasons.get(partyOf(name));
    return reason === undefined ? [] : [[name, reason] as const];
  });
  return { ...found, stack: document.stack, waiting: new Map(waiting) };
}

/** Whether people enter the keys somewhere: the stack has them as a secret output then. */
export function entersKeys({ choreo: { target } }: Pick<ChoreoOutputs, "choreo">): boolean {
  return target.kind === "console" || target.secretStore.kind === "manual";
}
