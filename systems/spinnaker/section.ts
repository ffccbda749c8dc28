import { join } from "node:path";
import { z } from "zod";
import { PHASES } from "../../components/spinnaker/phase";
import {
  CORE_SERVICES,
  SERVICE_NAMES,
  isServiceName,
  kindOf,
  type ServiceName,
} from "../../components/spinnaker/service-table";
import {
  readManifest,
  type Manifest,
  API_GROUPS,
} from "../../components/spinnaker/targets/operator";
import { EXACTLY_ONE, SECRET, about } from "../../config/about";
import {
  hostName,
  label,
  onlyOne,
  port,
  refusalsIn,
  section,
  storePassword,
} from "../../config/fields";
import { keyAlgorithm, lifetimes } from "../../config/certificate-fields";
import { createNamespaceAbout } from "../../config/helm-release";
import { path } from "../../config/paths";
import { shown } from "../../config/problems";
import { otherCas } from "../../config/public-cas";
import { VERIFY, type Readers } from "../../config/system";
import { whyNoFile } from "../../host";

const SERVICES = { Java: "services in Java", Go: "services in Go", ...VERIFY };

/** Readers of Spinnaker's certificates. Sources: kork and go-yaml-tools. */
export const readers: Readers = { ofServers: SERVICES, ofClients: SERVICES };

const service = section({
  host: hostName
    .optional()
    .meta(about("Name by which others call it", "keel.example", "the target's name for it")),
  port: port.optional().meta(about("Port by which others call it", 7002, "its usual port")),
  dnsNames: z
    .array(hostName)
    .default([])
    .meta(about("Further names in its certificate", ["gate.spinnaker.example"])),
  algorithm: keyAlgorithm
    .optional()
    .meta(about("Algorithm of its key", "RSA-3072", "`ECDSA-P256`, in Go `RSA-2048`")),
  storePassword: storePassword
    .optional()
    .meta(about("Password of its key store, for services in Java", SECRET, "generated")),
  clientCertificate: z
    .boolean()
    .optional()
    .meta(about("Whether it shows a certificate to others", true, "`true`, for Dinghy `false`")),
  apiPort: port
    .optional()
    .meta(about("Gate's second listener, on which a certificate is always needed", 8085)),
  legacyPort: port.optional().meta(about("A second listener for plain HTTP, in Java", 17002)),
  calls: z
    .array(z.enum(SERVICE_NAMES).meta({ title: "name of a service" }))
    .default([])
    .meta(about("Services that it calls besides the usual ones", ["echo"])),
  trust: otherCas(readers.ofServers)
    .optional()
    .meta(about("CAs besides Spinnaker's, for its calls to others")),
});

const phase = z.enum(PHASES);

const unknownService = {
  error: () => `is not a service of Spinnaker; the known services are ${SERVICE_NAMES.join(", ")}`,
};
const serviceName = z
  .custom<ServiceName>((name) => typeof name === "string" && isServiceName(name), unknownService)
  .meta({ title: "service", enum: SERVICE_NAMES });

const operator = section({
  apiGroup: z
    .enum(API_GROUPS)
    .optional()
    .meta(about("Its API group", API_GROUPS[1], "the manifest's, or `spinnaker.io`")),
  name: label.optional().meta(about("Its name", "spin", "the manifest's, or `spinnaker`")),
  manifest: path("file")
    .transform((file, context) => {
      const read = readManifest(file);
      if (typeof read !== "string") return read;
      context.addIssue(`${shown(file)} ${read}`);
      return z.NEVER;
    })
    .optional()
    .meta(
      about("Your SpinnakerService", "spinnakerservice.yml", "the one in the cluster is changed"),
    ),
}).transform(({ apiGroup, name, manifest }, context) => {
  const refuse = refusalsIn(context);
  if (manifest) {
    for (const [key, given, own] of [
      ["apiGroup", apiGroup, groupOf(manifest)],
      ["name", name, manifest.metadata.name],
    ] as const) {
      if (given !== undefined && given !== own) {
        refuse(key, `is "${given}", but the manifest's is "${own}"; remove one of them`);
      }
    }
  }
  return {
    kind: "operator" as const,
    apiGroup: manifest ? groupOf(manifest) : (apiGroup ?? "spinnaker.io"),
    name: manifest?.metadata.name ?? name ?? "spinnaker",
    manifest,
  };
});

function groupOf({ apiVersion }: Manifest) {
  return API_GROUPS.find((group) => apiVersion.startsWith(`${group}/`)) ?? API_GROUPS[0];
}

const KUSTOMIZATIONS = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const kustomize = section({
  directory: path("folder")
    .transform((folder, context) => {
      const problems = KUSTOMIZATIONS.map((name) => whyNoFile(join(folder, name)));
      if (problems.includes(undefined)) return folder;
      const other = problems.find((problem) => problem?.isMissing === false);
      context.addIssue(
        `there is no kustomization at ${shown(folder)} (${other?.message ?? "no kustomization.yaml there"}); the path is relative to Pulumi.yaml`,
      );
      return z.NEVER;
    })
    .optional()
    .meta(about("Your kustomization, which is deployed", "kustomize", "only Secrets are created")),
}).transform(({ directory }) => ({ kind: "kustomize" as const, directory }));

const target = section({
  operator: operator.optional().meta(about("The Operator, with a SpinnakerService")),
  kustomize: kustomize.optional().meta(about("spinnaker/spinnaker's base for kustomize")),
  halyard: z
    .strictObject(
      {},
      { error: ({ code }) => (code === "unrecognized_keys" ? "there are none here" : undefined) },
    )
    .transform(() => ({ kind: "halyard" as const }))
    .optional()
    .meta(about("Halyard, for which `countersign spinnaker export` writes files", {})),
}).transform(
  onlyOne("needs exactly one of operator, kustomize and halyard: the tool that deploys Spinnaker"),
);

/** Section with Spinnaker's services, and their phases on the way to mutual TLS. */
export const spinnaker = section({
  target: target.meta({ ...about("The tool that deploys Spinnaker"), ...EXACTLY_ONE }),
  namespace: label.default("spinnaker").meta(about("Namespace of Spinnaker", "cd")),
  createNamespace: z.boolean().default(false).meta(createNamespaceAbout),
  phase: phase.meta(about("Phase of all services", "prepare")),
  exceptions: z
    .partialRecord(serviceName, phase)
    .default({})
    .meta(about("Phases of single services; without one, Gate stays at `tls`", { gate: "want" })),
  services: z
    .partialRecord(serviceName, service)
    .prefault(() => Object.fromEntries(CORE_SERVICES.map((name) => [name, {}])))
    .refine((services) => Object.keys(services).length > 0, {
      error: "needs at least one service; without this key, the usual eight are deployed",
    })
    .meta({ ...about("The services that run"), minProperties: 1 }),
  certificate: lifetimes.meta(about("The certificates of all services")),
  trustStorePassword: storePassword
    .optional()
    .meta(about("Password of the trust store of all services in Java", SECRET, "generated")),
}).superRefine(({ services, exceptions }, context) => {
  for (const [name, settings] of Object.entries(services) as [ServiceName, Service][]) {
    for (const [key, message] of problemsOfService(name, settings)) {
      context.addIssue({ code: "custom", path: ["services", name, key], message });
    }
  }
  for (const name of Object.keys(exceptions)) {
    if (name in services) continue;
    const deployed = Object.keys(services).sort().join(", ");
    const message = `is an exception for a service that is not deployed; the deployed services are ${deployed}`;
    context.addIssue({ code: "custom", path: ["exceptions", name], message });
  }
});

type Service = z.output<typeof service>;

/** Problems with a service's settings that depend on its name, each with its key. */
function problemsOfService(name: ServiceName, settings: Service): (readonly [string, string])[] {
  const { language } = kindOf(name);
  const { algorithm } = settings;
  const problems: (readonly [string, string])[] = [];
  if (language === "go" && algorithm !== undefined && !algorithm.startsWith("RSA")) {
    problems.push([
      "algorithm",
      `found "${algorithm}"; ${name} is written in Go and reads RSA keys in PKCS#1 only (go-yaml-tools pkg/tls): use RSA-2048, RSA-3072 or RSA-4096`,
    ]);
  }
  if (language === "java" && algorithm === "Ed25519") {
    problems.push([
      "algorithm",
      'found "Ed25519", which Java does not support for TLS (JSSE of Java 11 to 21); use ECDSA-P256',
    ]);
  }
  if (language === "go") {
    for (const key of ["storePassword", "legacyPort"] as const) {
      if (settings[key] !== undefined)
        problems.push([key, `is for services in Java; ${name} is written in Go`]);
    }
  }
  if (name !== "gate" && settings.apiPort !== undefined) {
    problems.push(["apiPort", `is only for Gate; ${name} has no such listener`]);
  }
  return problems;
}

export type SpinnakerConfig = z.output<typeof spinnaker>;
