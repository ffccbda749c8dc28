import { z } from "zod";
import { CannotCheck } from "../../command/failure";
import {
  hasOutput,
  objectName,
  partOf,
  release,
  type StackDocument,
} from "../../command/stack-outputs";
import { readSecretOutput, type StackAccess } from "../../command/pulumi";
import { COMPOSE_PROJECTS } from "../../components/choreo-connect/gateway-files";
import {
  KEY_FORMS,
  TRUST_FORMS,
  TRUST_SCOPES,
  backendOf,
  ownCaObject,
  readEndpoint,
  type Gateway,
} from "../../components/choreo-connect/gateway";
import { readCipher, TLS_VERSIONS } from "../../components/choreo-connect/upstream-tls";
import { KEY_ALGORITHMS } from "../../x509";

const cipher = z.string().transform((name, context) => {
  const read = readCipher(name);
  if (typeof read !== "string") return read;
  context.addIssue("not a cipher that this version knows");
  return z.NEVER;
});

const tls = z.object({
  minimum: z.enum(TLS_VERSIONS),
  maximum: z.enum(TLS_VERSIONS),
  ciphers: z.array(cipher),
});

/** Names that become names of folders and files. */
const folderName = z.string().regex(/^[A-Za-z\d]([A-Za-z\d.-]*[A-Za-z\d])?$/, {
  error: "no such name",
});

const endpoint = z.string().refine((url) => typeof readEndpoint(url) !== "string", {
  error: "not an endpoint",
});

const names = z.array(z.string());

const backend = z.object({
  endpoints: z.array(endpoint),
  dnsNames: names,
  trust: z.enum(TRUST_SCOPES),
  certificate: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("issued"),
      algorithm: z.enum(KEY_ALGORITHMS),
      form: z.enum(KEY_FORMS),
    }),
    z.object({ kind: z.literal("existing"), certificates: z.string() }),
  ]),
  routerTrust: z.object({
    forms: z.array(z.enum(TRUST_FORMS)),
    publicCas: z.record(z.string(), z.string()).default({}),
    configMap: objectName.optional(),
  }),
  namespace: objectName.optional(),
  restarts: z.array(objectName).default([]),
  tls: tls.optional(),
});

const target = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("kubernetes"),
    namespace: objectName,
    releaseName: objectName,
  }),
  z.object({ kind: z.literal("compose"), project: z.enum(COMPOSE_PROJECTS) }),
]);

/** A stack's output `choreoConnect`. */
export const choreoConnect = z
  .object({
    target,
    dnsNames: z.object({ router: names, enforcer: names, adapter: names }),
    publicCas: z.record(z.string(), z.string()),
    upstreamTls: tls,
    controlPlane: z.string().optional(),
    backends: z.record(folderName, backend),
    apis: z.record(folderName, z.array(z.string())),
    secrets: z
      .object({
        router: objectName,
        enforcer: objectName,
        adapter: objectName,
        backendJwt: objectName,
        trust: objectName,
        caCertificates: objectName.optional(),
      })
      .optional(),
    configMaps: z.record(z.string(), objectName).default({}),
    release: release.optional(),
  })
  .transform(({ backends, apis, dnsNames, publicCas, upstreamTls, controlPlane, ...found }) => ({
    ...found,
    gateway: gatewayOf({ backends, apis, dnsNames, publicCas, upstreamTls, controlPlane }),
  }));

type ChoreoConnectOutputs = z.output<typeof choreoConnect>;

interface Found extends Omit<Gateway, "backends"> {
  readonly backends: Readonly<Record<string, z.output<typeof backend>>>;
}

function gatewayOf({ backends, ...rest }: Found): Gateway {
  return {
    ...rest,
    backends: Object.entries(backends)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, { tls: own, routerTrust, ...settings }]) => {
        // Older versions did not say it, as every backend had its own.
        const { configMap = ownCaObject(name) } = routerTrust;
        const trust = { ...routerTrust, configMap };
        return backendOf(name, { ...settings, routerTrust: trust, tls: own });
      }),
  };
}

const issued = z.object({ certificate: z.string(), fingerprint: z.string() });

/** Choreo Connect's part of a stack's output `certificates`. */
const issuedByChoreoConnect = z.object({
  parts: z.object({ router: issued, enforcer: issued, adapter: issued }),
  /** Only a backend whose files are exported, or whose Deployments are rolled, has its certificate here. */
  backends: z.record(z.string(), issued.partial({ certificate: true })).default({}),
  /** PEM of the certificate for tokens. */
  tokenCertificate: z.string(),
});

/** A stack's secret output `choreoConnectKeys`. */
export const keptByChoreoConnect = z.object({
  parts: z.record(z.string(), z.string()),
  /** Only with docker-compose. */
  tokenSigner: z.string().optional(),
  backends: z.record(z.string(), z.string()),
  passwords: z.record(z.string(), z.string()),
});

export type KeptMaterial = z.output<typeof keptByChoreoConnect>;
type IssuedMaterial = z.output<typeof issuedByChoreoConnect>;

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

/** Reads a stack's outputs for its Choreo Connect. @throws CannotCheck if the stack has none. */
export function readChoreoConnect(document: StackDocument): ChoreoConnectStack {
  if (!hasOutput(document, "choreoConnect")) {
    throw new CannotCheck(
      `${document.origin} has no Choreo Connect: set countersign:choreoConnect, and run \`pulumi up\``,
    );
  }
  const {
    choreoConnect: found,
    caBundle,
    certificates,
  } = partOf(outputs, document, "Choreo Connect");
  return { ...found, caBundle, issued: certificates.choreoConnect };
}

/** Whether any part or backend is in a cluster. */
export function usesCluster({ target, gateway }: ChoreoConnectStack): boolean {
  return (
    target.kind === "kubernetes" ||
    gateway.backends.some(({ namespace }) => namespace !== undefined)
  );
}

/** Whether the stack keeps keys or passwords that are in no cluster. */
export function keepsKeys({ target, gateway }: ChoreoConnectStack): boolean {
  return (
    target.kind === "compose" || gateway.backends.some(({ namespace }) => namespace === undefined)
  );
}

/** Reads the keys and passwords that are in no Secret of a cluster. */
export function readKept(stack: StackAccess): Promise<KeptMaterial> {
  return readSecretOutput(stack, "choreoConnectKeys", keptByChoreoConnect);
}
