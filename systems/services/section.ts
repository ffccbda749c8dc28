import { z } from "zod";
import { CLIENT_POLICIES } from "../../components/services/client-policy";
import {
  CA_FILES,
  CA_FORMS,
  CA_OBJECTS,
  KEY_ENCODINGS,
  KEY_FILES,
  KEY_FORMS,
  filesProblems,
} from "../../components/services/files";
import { WORKLOAD_KINDS, type Workload } from "../../components/kubernetes/workload";
import { SECRET, about, code } from "../../config/about";
import {
  durationOf,
  duration,
  hostName,
  ipAddress,
  label,
  port,
  refusalsIn,
  releaseLabel,
  section,
  storePassword,
  subjectText,
  text,
} from "../../config/fields";
import { anyChart, chartValues, createNamespaceAbout, release } from "../../config/helm-release";
import {
  LEAF_HOURS,
  existingKeys,
  keyAlgorithm,
  lifetime,
  lifetimeKeys,
  namedKeys,
} from "../../config/certificate-fields";
import { shown } from "../../config/problems";
import { otherCas } from "../../config/public-cas";
import { VERIFY, type Readers } from "../../config/system";
import { isDnsName, isIpAddress } from "../../x509";
import { signedBy } from "./signed-by";

const PROGRAMS = { OpenSSL: "services that use OpenSSL", Go: "services in Go" };

/** Readers of the services' certificates. Those in Java are checked for services that have stores. */
export const readers: Readers = {
  ofServers: { ...PROGRAMS, ...VERIFY },
  ofClients: PROGRAMS,
};

/** A DNS subdomain (RFC 1123), as Kubernetes names Secrets and workloads. */
const objectName = text("name of an object").refine(
  (name) =>
    name.length <= 253 && /^[a-z\d]([-a-z\d]*[a-z\d])?(\.[a-z\d]([-a-z\d]*[a-z\d])?)*$/.test(name),
  {
    error: (issue) =>
      `found ${shown(issue.input)}; write lower-case letters, digits, inner hyphens and dots, at most 253`,
  },
);

const host = text("host").transform((given, context) => {
  if (isDnsName(given) || isIpAddress(given)) return given;
  context.addIssue(
    `found ${shown(given)}; write a host name in lower case or an IP address, without scheme, port or wildcard`,
  );
  return z.NEVER;
});

/** A URI in a certificate (RFC 5280 section 4.2.1.6): absolute, in ASCII. */
export const uri = text("URI").refine(
  (given) => /^[a-z][a-z\d+.-]*:[!-~]+$/i.test(given) && URL.canParse(given),
  {
    error: (issue) =>
      `found ${shown(issue.input)}; write an absolute URI in ASCII, for example spiffe://example.org/orders`,
  },
);

const PREFIXES: ReadonlyMap<string, Workload["kind"]> = new Map(
  WORKLOAD_KINDS.map((kind) => [kind.toLowerCase(), kind]),
);

/** A workload as kubectl names it. */
const workload = text("workload").transform((given, context): Workload => {
  const [prefix = "", name = "", ...more] = given.split("/");
  const kind = PREFIXES.get(prefix.toLowerCase());
  if (kind !== undefined && more.length === 0 && objectName.safeParse(name).success)
    return { kind, name };
  context.addIssue(
    `found ${shown(given)}; write ${[...PREFIXES.keys()].map((each) => `${each}/<name>`).join(", ")}`,
  );
  return z.NEVER;
});

const certificate = section({
  algorithm: keyAlgorithm.default("ECDSA-P256").meta(about("Algorithm of its key", "RSA-2048")),
  validity: duration
    .optional()
    .meta(
      about("Lifetime of a certificate, without `signedBy`", "60d", code(durationOf(LEAF_HOURS))),
    ),
  renewBefore: lifetimeKeys.renewBefore,
  keys: namedKeys,
  organization: subjectText
    .optional()
    .meta(about("Organization (O) of its subject", "Shop", "the namespace")),
  commonName: subjectText
    .optional()
    .meta(about("Common name (CN) of its subject", "orders_role", "the service's name")),
  dnsNames: z
    .array(hostName)
    .default([])
    .meta(about("DNS names besides those of its Service", ["orders.example.org"])),
  ipAddresses: z
    .array(ipAddress)
    .default([])
    .meta(about("IP addresses", ["192.0.2.7"])),
  uris: z
    .array(uri)
    .default([])
    .meta(about("URIs, such as a SPIFFE ID", ["spiffe://example.org/orders"])),
  ...existingKeys,
})
  .transform(({ validity, renewBefore, ...own }, context) => ({
    ...own,
    ...lifetime({ validity: validity ?? LEAF_HOURS, renewBefore }, refusalsIn(context)),
    /** What is given of that which the stack that signs decides. */
    given: { validity, renewBefore, existing: own.existing },
  }))
  .prefault({});

const server = section({
  clients: z
    .enum(CLIENT_POLICIES)
    .meta(
      about(
        "Whether it asks its clients for a certificate; from `tls` to `required` by `optional` only (docs/services.md#from-tls-to-mutual-tls)",
        "required",
      ),
    ),
  host: host
    .optional()
    .meta(about("Host by which others call it", "db.shop.svc", "`<service>.<namespace>.svc`")),
  port: port.optional().meta(about("Port by which others call it, for messages", 5432)),
});

const call = section({
  host: host.optional().meta(about("Host that it calls", "db.shop", "the callee's `server.host`")),
  elsewhere: z
    .boolean()
    .default(false)
    .meta(about("Whether another stack has this service; `host` is needed then", true)),
});

/** A file's name, which Kubernetes requires of a key of a Secret or ConfigMap. */
const fileName = text("name of a file").regex(/^(?!\.$|\.\.)[-._A-Za-z\d]{1,253}$/, {
  error: (issue) =>
    `found ${shown(issue.input)}; write 1 to 253 letters, digits, dots, hyphens and underscores, without two dots at the beginning, as Kubernetes requires of a Secret's keys`,
});

const names = <Files extends readonly string[]>(files: Files) =>
  z.partialRecord(z.enum(files).meta({ title: "file" }), fileName).optional();

const files = section({
  form: z
    .enum(KEY_FORMS)
    .default("pem")
    .meta(
      about("Form of its certificate and key: two PEM files, one with both, or a store", "pkcs12"),
    ),
  secret: objectName
    .optional()
    .meta(
      about("Name of the Secret with both", "orders-tls", "`<name>-tls`; generated with `release`"),
    ),
  names: names(KEY_FILES).meta(
    about(
      "Names of the files, which are the Secret's keys",
      { certificate: "server.crt" },
      "the usual ones",
    ),
  ),
  encoding: z
    .enum(KEY_ENCODINGS)
    .optional()
    .meta(about("Form of a key in PEM", "pkcs1", "`pkcs8`")),
  storePassword: storePassword
    .optional()
    .meta(about("Password of its stores", SECRET, "generated")),
  ca: section({
    form: z
      .enum(CA_FORMS)
      .default("bundle")
      .meta(about("Form of the CAs: a PEM file, a folder for OpenSSL, or a store", "directory")),
    object: z
      .enum(CA_OBJECTS)
      .optional()
      .meta(
        about(
          "Object with the CAs; `keys` is the Secret above",
          "keys",
          "`ConfigMap`, for stores `Secret`",
        ),
      ),
    name: objectName
      .optional()
      .meta(
        about(
          "Name of this object",
          "orders-ca",
          "`services-ca`, for stores `<name>-ca`; generated with `release`",
        ),
      ),
    names: names(CA_FILES).meta(
      about(
        "Names of the files, which are the object's keys",
        { bundle: "root.crt" },
        "the usual ones",
      ),
    ),
    upToRoot: z
      .boolean()
      .default(false)
      .meta(
        about(
          "Whether it also trusts the CAs above this stack's CA, which OpenSSL needs below a root",
          true,
        ),
      ),
  })
    .prefault({})
    .meta(about("The CAs that it trusts")),
}).prefault({});

const releaseSection = section({
  name: releaseLabel.optional().meta(about("Name of the release", "orders", "the service's name")),
  chart: anyChart,
  values: chartValues.meta(
    about("Helm values, with references to the objects (docs/services.md#references)", {
      tls: { existingSecret: "<countersign:keys>" },
    }),
  ),
  timeout: release.timeout,
});

const service = section({
  namespace: label.meta(about("Namespace of its Secret", "shop")),
  createNamespace: z.boolean().default(false).meta(createNamespaceAbout),
  serviceName: label
    .optional()
    .meta(
      about(
        "Name of its Kubernetes Service, from which its DNS names follow",
        "orders-db",
        "the service's name",
      ),
    ),
  server: server.optional().meta(about("Its server", undefined, "it is only a client")),
  calls: z
    .record(label, call.prefault({}))
    .default({})
    .meta(about("The services that it calls, by name")),
  client: z
    .boolean()
    .optional()
    .meta(
      about(
        "Whether it shows its certificate to servers",
        true,
        "`true` if it has `calls`, or no server",
      ),
    ),
  certificate: certificate.meta(about("Its certificate")),
  signedBy: signedBy
    .optional()
    .meta(
      about(
        "Another stack that signs its certificate (docs/services-in-several-stacks.md)",
        undefined,
        "`servicesSignedBy`, or this stack's authority",
      ),
    ),
  files: files.meta(about("The files with which it reads its certificate, its key and its CAs")),
  trust: otherCas(readers.ofServers)
    .optional()
    .meta(about("CAs that it trusts besides this stack's")),
  reloads: z
    .boolean()
    .default(false)
    .meta(about("Whether it reads changed files by itself, so that nothing must roll", true)),
  restarts: z
    .array(workload)
    .default([])
    .meta(about("Workloads whose pods are replaced when its files change", ["deployment/orders"])),
  release: releaseSection
    .optional()
    .meta(about("A Helm release of this stack that uses its objects")),
}).superRefine(({ files: own, certificate: { algorithm } }, context) => {
  for (const { path, message } of filesProblems(own, algorithm))
    context.addIssue({ code: "custom", path: ["files", ...path], message });
});

/** Services with mutual TLS, by name. */
export const services = z
  .record(label, service)
  .refine((all) => Object.keys(all).length > 0, { error: "needs at least one service" })
  .meta({ minProperties: 1 });

export type ServiceConfig = z.output<typeof service>;
