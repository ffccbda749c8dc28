import { z } from "zod";
import { objectName } from "../../command/object-name";
import {
  hasOutput,
  notDeployed,
  partOf,
  release,
  waitingIn,
  type ReleaseRef,
  type StackDocument,
} from "../../command/stack-outputs";
import { WORKLOAD_KINDS } from "../../components/kubernetes/workload";
import { CLIENT_POLICIES } from "../../components/services/client-policy";
import {
  CA_FORMS,
  CA_OBJECTS,
  KEY_ENCODINGS,
  KEY_FORMS,
  filesOf,
  type FilesChoice,
  type ServiceFiles,
} from "../../components/services/files";
import { PemError, isDnsName, isIpAddress, readCertificates, type Certificate } from "../../x509";

const host = z.string().refine((text) => isDnsName(text) || isIpAddress(text), {
  error: "not a host",
});
const names = z.partialRecord(z.string(), z.string()).optional();

/** What is usual is absent. */
const service = z.object({
  namespace: objectName,
  /** Common name (CN) of the certificate, if it is not the service's name. */
  commonName: z.string().optional(),
  /** Host by which others call it, if it is a server. */
  host: host.optional(),
  port: z.int().min(1).max(65535).optional(),
  clients: z.enum(CLIENT_POLICIES).optional(),
  /** Whether it shows its certificate to servers. */
  presents: z.boolean().default(false),
  /** Hosts of the services that it calls, by name. */
  calls: z.record(z.string(), host).default({}),
  /** Names of the services that it calls in other stacks. */
  elsewhere: z.array(z.string()).default([]),
  /** Names of the objects. */
  keys: objectName,
  ca: objectName,
  files: z
    .object({
      form: z.enum(KEY_FORMS).optional(),
      encoding: z.enum(KEY_ENCODINGS).optional(),
      names,
      ca: z
        .object({
          form: z.enum(CA_FORMS).optional(),
          object: z.enum(CA_OBJECTS).optional(),
          names,
        })
        .optional(),
    })
    .default({}),
  /** CAs that it trusts besides the stack's own, PEM. */
  otherCas: z.string().default(""),
  /** Workloads whose pods carry the digest. */
  restarts: z.array(z.object({ kind: z.enum(WORKLOAD_KINDS), name: objectName })).default([]),
  reloads: z.boolean().default(false),
  digest: z.string(),
});

/** The output of a service, as it is written. */
export type ServiceOutput = z.input<typeof service>;

const outputs = z.object({
  services: z.record(objectName, service),
  certificates: z
    .object({ services: z.record(z.string(), z.object({ fingerprint: z.string() })).default({}) })
    .default({ services: {} }),
  releases: z
    .object({ services: z.record(z.string(), release).default({}) })
    .default({ services: {} }),
  caBundle: z.string().default(""),
});

/** A service as its stack describes it. */
export interface ServiceOutputs extends Omit<z.output<typeof service>, "files" | "otherCas"> {
  readonly name: string;
  readonly files: ServiceFiles;
  readonly otherCas: readonly Certificate[];
  /** Fingerprint of the certificate that was issued last; undefined if it waits for one. */
  readonly issued: string | undefined;
  readonly release: ReleaseRef | undefined;
}

/** A stack's outputs about its services. */
export interface ServicesStack {
  /** In the order of their names. */
  readonly services: readonly ServiceOutputs[];
  /** Certificates of all generations of its CA. */
  readonly cas: readonly Certificate[];
  /** Reasons why a party waits for a certificate, by party. */
  readonly waiting: ReadonlyMap<string, string>;
}

/**
 * Reads a stack's outputs about its services.
 *
 * @returns undefined if it has none.
 * @throws CannotCheck if these are not the outputs of a deployed stack.
 */
export function readServices(document: StackDocument): ServicesStack | undefined {
  if (!hasOutput(document, "services")) return undefined;
  const { services, certificates, releases, caBundle } = partOf(outputs, document);
  const sorted = Object.entries(services).sort(([one], [other]) => (one < other ? -1 : 1));
  try {
    return {
      services: sorted.map(([name, { files, otherCas, ...found }]) => ({
        ...found,
        name,
        files: filesOf(files as FilesChoice),
        otherCas: otherCas === "" ? [] : readCertificates(otherCas, "otherCas"),
        issued: certificates.services[name]?.fingerprint,
        release: releases.services[name],
      })),
      cas: readCertificates(caBundle, "caBundle"),
      waiting: waitingIn(document),
    };
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw notDeployed(document.origin, error.message);
  }
}
