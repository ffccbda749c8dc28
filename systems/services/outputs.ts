import { z } from "zod";
import {
  bothHave,
  hasOutput,
  notDeployed,
  objectName,
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
import type { Found } from "../../verify/system";
import { PemError, isDnsName, isIpAddress, readCertificates, type Certificate } from "../../x509";
import type { ServiceSettings } from "./settings";

const host = z.string().refine((text) => isDnsName(text) || isIpAddress(text), {
  error: "not a host",
});
/** Names of files. None can lead to another folder. */
const fileName = z.string().regex(/^(?!\.$|\.\.)[-._A-Za-z\d]{1,253}$/, "not a file name");
const names = z.partialRecord(z.string(), fileName).optional();

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
  /** CAs that it trusts in place of those that all services trust, PEM; its certificate has another signer. */
  cas: z.string().optional(),
  /** CAs that it trusts besides these, including those above them, PEM. */
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
  /** CAs of the stack that signs for all services, in place of the stack's own CA. */
  serviceCas: z.string().optional(),
});

/** A service as its stack describes it. */
export interface ServiceOutputs extends Omit<
  z.output<typeof service>,
  "files" | "cas" | "otherCas"
> {
  readonly name: string;
  readonly files: ServiceFiles;
  /** The CAs that it trusts, besides `otherCas`. */
  readonly cas: readonly Certificate[];
  readonly otherCas: readonly Certificate[];
  /** Fingerprint of the certificate that was issued last; undefined if it waits for one. */
  readonly issued: string | undefined;
  readonly release: ReleaseRef | undefined;
}

/** Outputs of one or more stacks about their services. */
export interface ServicesStack {
  /** In the order of their names. */
  readonly services: readonly ServiceOutputs[];
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
  const {
    services,
    certificates,
    releases,
    caBundle,
    serviceCas = caBundle,
  } = partOf(outputs, document);
  try {
    const shared = readAll(serviceCas, "the CAs of the services");
    return {
      services: inOrder(services).map(([name, { files, cas, otherCas, ...found }]) => ({
        ...found,
        name,
        files: filesOf(files as FilesChoice),
        cas: cas === undefined ? shared : readAll(cas, "cas"),
        otherCas: readAll(otherCas, "otherCas"),
        issued: certificates.services[name]?.fingerprint,
        release: releases.services[name],
      })),
      waiting: waitingIn(document),
    };
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw notDeployed(document.origin, error.message);
  }
}

/**
 * Merges the services of several stacks, which may call each other.
 *
 * @throws CannotCheck if two stacks have a service of the same name: it would not be known which one others call.
 */
export function mergeServices(found: readonly Found<ServicesStack>[]): ServicesStack {
  const owners = new Map<string, string>();
  const services = new Map<string, ServiceOutputs>();
  for (const { origin, outputs } of found) {
    for (const service of outputs.services) {
      const owner = owners.get(service.name);
      if (owner !== undefined)
        throw bothHave(`a service ${service.name}`, [owner, origin], "installation");
      owners.set(service.name, origin);
      services.set(service.name, service);
    }
  }
  return {
    services: inOrder(Object.fromEntries(services)).map(([, service]) => service),
    waiting: new Map(found.flatMap(({ outputs }) => [...outputs.waiting])),
  };
}

function inOrder<T>(services: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(services).sort(([one], [other]) => (one < other ? -1 : 1));
}

function readAll(pem: string, what: string): Certificate[] {
  return pem === "" ? [] : readCertificates(pem, what);
}

/** Returns the public output of a service. */
export function serviceOutput(
  { name, server, files, ...own }: ServiceSettings,
  objects: {
    readonly keys: string;
    readonly ca: string;
    readonly digest: string;
    /** The CAs that it trusts in place of those of all services, PEM. */
    readonly ownCas?: string | undefined;
    /** CAs that it trusts besides these, PEM. */
    readonly otherCas: string;
  },
): ServiceOutput {
  const called = Object.entries(own.calls);
  const elsewhere = called.filter(([, { elsewhere: is }]) => is).map(([callee]) => callee);
  const form = formOutput(files);
  return {
    namespace: own.namespace,
    ...(own.commonName !== name && { commonName: own.commonName }),
    ...(own.host !== undefined && { host: own.host }),
    ...(server?.port !== undefined && { port: server.port }),
    ...(server && { clients: server.clients }),
    ...(own.role !== "server" && { presents: true }),
    ...(called.length > 0 && { calls: own.dialled }),
    ...(elsewhere.length > 0 && { elsewhere }),
    keys: objects.keys,
    ca: objects.ca,
    digest: objects.digest,
    ...(Object.keys(form).length > 0 && { files: form }),
    ...(objects.ownCas !== undefined && { cas: objects.ownCas }),
    ...(objects.otherCas !== "" && { otherCas: objects.otherCas }),
    ...(own.restarts.length > 0 && { restarts: [...own.restarts] }),
    ...(own.reloads && { reloads: true }),
  };
}

function formOutput({ form, encoding, names: fileNames, ca = {} }: FilesChoice) {
  const cas = {
    ...(ca.form !== undefined && ca.form !== "bundle" && { form: ca.form }),
    ...(ca.object !== undefined && { object: ca.object }),
    ...(ca.names && { names: ca.names }),
  };
  return {
    ...(form !== undefined && form !== "pem" && { form }),
    ...(encoding !== undefined && { encoding }),
    ...(fileNames && { names: fileNames }),
    ...(Object.keys(cas).length > 0 && { ca: cas }),
  };
}
