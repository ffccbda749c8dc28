import { z } from "zod";
import {
  hasOutput,
  objectName,
  partOf,
  waitingIn,
  type StackDocument,
} from "../../command/stack-outputs";
import { readSecretOutput, type StackAccess } from "../../command/pulumi";
import { WORKLOAD, type SecretStore } from "../../components/choreo/openchoreo";
import { partyOf, CLIENT_MODES } from "../../components/choreo/project";
import { sha256Of } from "../../components/choreo/plan";

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
  /** Only if it is deployed to a cluster. */
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
  /** The CAs that the components trust; only if a CA is below others. */
  caBundleToRoot: z.string().optional(),
  certificates: z.object({
    choreo: z.record(z.string(), z.object({ certificate: z.string() })).default({}),
  }),
  choreo: z.object({ project: z.string(), target, components: z.record(objectName, component) }),
});

export type Row = z.output<typeof row>;
/** Outputs of a stack for one component. */
export type ComponentOutputs = z.output<typeof component>;
/** Outputs of a stack for a project and its certificates. */
export type ChoreoOutputs = z.output<typeof outputs>;

/** Reads a stack's outputs for its Choreo project. @throws CannotCheck if the stack has no project. */
export function readChoreo(document: StackDocument): ChoreoOutputs {
  return partOf(outputs, document, "Choreo project");
}

/** Outputs of a stack for its Choreo project, and what is known about the stack itself. */
export interface ChoreoStack extends ChoreoOutputs {
  /** The stack whose keys can be read; undefined for outputs from a file. */
  readonly stack: StackDocument["stack"];
  /** Reasons why components wait, by their names. */
  readonly waiting: ReadonlyMap<string, string>;
}

/**
 * Reads a stack's outputs for its Choreo project.
 *
 * @returns undefined if the stack has no project.
 * @throws CannotCheck
 */
export function readChoreoStack(document: StackDocument): ChoreoStack | undefined {
  if (!hasOutput(document, "choreo")) return undefined;
  const found = readChoreo(document);
  const reasons = waitingIn(document);
  const waiting = Object.keys(found.choreo.components).flatMap((name) => {
    const reason = reasons.get(partyOf(name));
    return reason === undefined ? [] : [[name, reason] as const];
  });
  return { ...found, stack: document.stack, waiting: new Map(waiting) };
}

/** Whether people enter the keys somewhere. The stack then has them as a secret output. */
export function entersKeys({ choreo: { target } }: Pick<ChoreoOutputs, "choreo">): boolean {
  return target.kind === "console" || target.secretStore.kind === "manual";
}

/** Private keys as PEM, by component. */
export type ComponentKeys = Readonly<Record<string, string>>;

/** Reads the keys of a project that people enter by hand. */
export function readKeys(stack: StackAccess): Promise<ComponentKeys> {
  return readSecretOutput(stack, "choreoKeys", z.record(z.string(), z.string()));
}

/**
 * Returns the content that a row of the plan describes.
 *
 * @returns undefined if the stack has no content with the row's hash.
 */
export function plannedContent(
  { holds, value, sha256 }: Row,
  component: string,
  { certificates, caBundle, caBundleToRoot = caBundle }: ChoreoOutputs,
  keys: ComponentKeys,
): string | undefined {
  const contents = {
    certificate: certificates.choreo[component]?.certificate,
    key: keys[component],
    ca: caBundleToRoot,
    path: value,
    url: value,
  };
  const content = contents[holds];
  return content !== undefined && sha256Of(content) === sha256 ? content : undefined;
}
