import { z } from "zod";
import type { Installation, Service } from "../../components/spinnaker/installation";
import { PHASES, type Phase } from "../../components/spinnaker/phase";
import { isServiceName, type ServiceName } from "../../components/spinnaker/service-table";
import { API_GROUPS, apiVersionOf } from "../../components/spinnaker/targets/operator";
import {
  hasOutput,
  notDeployed,
  objectName,
  partOf,
  type StackDocument,
} from "../../command/stack-outputs";
import { PemError, isDnsName, isIpAddress, readCertificates, type Certificate } from "../../x509";

const serviceName = z.custom<ServiceName>(
  (name) => typeof name === "string" && isServiceName(name),
  { error: "not a service that this version knows" },
);

const host = z.string().refine((text) => isDnsName(text) || isIpAddress(text), {
  error: "not a host",
});
const port = z.int().min(1).max(65535);

const service = z.object({
  language: z.enum(["java", "go"]),
  phase: z.enum(PHASES),
  host,
  port,
  calls: z.array(serviceName),
  clientCertificate: z.boolean(),
  apiPort: port.optional(),
  legacyPort: port.optional(),
  trustsOthers: z.boolean(),
  secrets: z.object({ keys: objectName, trust: objectName, others: objectName.optional() }),
});

const target = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("operator"),
    apiVersion: z.enum(API_GROUPS.map(apiVersionOf)),
    name: objectName,
  }),
  z.object({ kind: z.literal("kustomize"), deployed: z.boolean() }),
  z.object({ kind: z.literal("halyard") }),
]);

/** A stack's output `spinnaker`. */
const spinnaker = z.object({
  namespace: objectName,
  target,
  services: z.partialRecord(serviceName, service),
  /** Content of the target's files, by their paths; without secrets. */
  files: z.record(z.string(), z.string()),
});

export type SpinnakerOutputs = z.output<typeof spinnaker>;
export type TargetOutputs = SpinnakerOutputs["target"];
type ServiceOutputs = z.output<typeof service>;

const outputs = z.object({
  spinnaker,
  certificates: z
    .object({ spinnaker: z.record(z.string(), z.object({ fingerprint: z.string() })).default({}) })
    .default({ spinnaker: {} }),
  caBundle: z.string().default(""),
});

/** A stack's outputs about its Spinnaker. */
export interface SpinnakerStack extends SpinnakerOutputs {
  /** Certificates of all generations of its CA. */
  readonly cas: readonly Certificate[];
  /** Fingerprints of the certificates that were issued last, by service. */
  readonly issued: ReadonlyMap<string, string>;
}

/**
 * Reads a stack's outputs about its Spinnaker.
 *
 * @returns undefined if it has none.
 * @throws CannotCheck if these are not the outputs of a deployed stack.
 */
export function readSpinnaker(document: StackDocument): SpinnakerStack | undefined {
  if (!hasOutput(document, "spinnaker")) return undefined;
  const { spinnaker: found, certificates, caBundle } = partOf(outputs, document);
  const issued = Object.entries(certificates.spinnaker);
  try {
    return {
      ...found,
      cas: readCertificates(caBundle, "caBundle"),
      issued: new Map(issued.map(([name, { fingerprint }]) => [name, fingerprint])),
    };
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw notDeployed(document.origin, error.message);
  }
}

/** Returns the services in the order of their names. */
export function servicesOf({ services }: SpinnakerOutputs): [ServiceName, ServiceOutputs][] {
  const entries = Object.entries(services) as [ServiceName, ServiceOutputs][];
  return entries.sort(([one], [other]) => (one < other ? -1 : 1));
}

/**
 * Returns the installation that a stack describes.
 *
 * @param phases phases of services that are not in the stack's phase.
 */
export function installationOf(
  outputs: SpinnakerOutputs,
  phases: ReadonlyMap<ServiceName, Phase> = new Map(),
): Installation {
  const services = servicesOf(outputs).map(([name, found]): Service => {
    const { apiPort, legacyPort, ...rest } = found;
    const phase = phases.get(name) ?? found.phase;
    return { ...rest, name, phase, dnsNames: [found.host], apiPort, legacyPort };
  });
  return { target: outputs.target.kind, namespace: outputs.namespace, services };
}
