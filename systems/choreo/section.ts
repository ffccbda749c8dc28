import { z } from "zod";
import { USUAL_STORE, type SecretStore } from "../../components/choreo/openchoreo";
import { DELIVERIES, MATERIALS, mountProblem, type Material } from "../../components/choreo/places";
import { CLIENT_MODES, readProjectUrl } from "../../components/choreo/project";
import { readWorkload } from "../../components/choreo/workload";
import { EXACTLY_ONE, about } from "../../config/about";
import {
  hostName,
  label,
  onlyOne,
  refusalsIn,
  section,
  subjectText,
  text,
} from "../../config/fields";
import { keyAlgorithm, lifetimes } from "../../config/certificate-fields";
import { createNamespaceAbout } from "../../config/helm-release";
import { path } from "../../config/paths";
import { shown } from "../../config/problems";

const projectUrl = text("URL").superRefine((url, context) => {
  const read = readProjectUrl(url);
  if (typeof read !== "string") return;
  context.addIssue(
    `${shown(url)} ${read}; write the project URL as Choreo's console shows it, http://<host>:<port>/<path>`,
  );
});

const mountPath = text("absolute path").superRefine((path, context) => {
  const problem = mountProblem(path);
  if (problem === undefined) return;
  context.addIssue(
    `${shown(path)} ${problem}; write an absolute path with a file name, for example /tls/ca.crt`,
  );
});

const variable = text("name of a variable").regex(/^[A-Za-z_]\w*$/, {
  error: (issue) =>
    `found ${shown(issue.input)}; write the name of a variable: letters, digits and _, not beginning with a digit`,
});

/** A section with an optional key for each material. */
function perMaterial<S extends z.ZodType>(
  each: S,
  what: string,
  examples: Record<Material, string>,
) {
  const of = (material: Material, owner: string) =>
    each.optional().meta(about(`${what} ${owner}`, examples[material], "as in WSO2's sample"));
  return section({
    certificate: of("certificate", "its certificate"),
    key: of("key", "its private key"),
    ca: of("ca", "the CAs that it trusts"),
  } satisfies Record<Material, unknown>);
}

const server = section({
  projectUrl: projectUrl
    .optional()
    .meta(about("Its URL in Choreo's console", "http://orders:8443", "unknown: it waits for one")),
  dnsNames: z
    .array(hostName)
    .default([])
    .meta(about("Further names in its certificate", ["localhost"])),
  clients: z
    .enum(CLIENT_MODES)
    .default("mutual-tls")
    .meta(about("Whether it asks for certificates; with `tls` it does not", "tls")),
});

const client = section({
  identity: subjectText.meta(about("CN of its certificate, by which servers know it", "orders")),
  calls: z
    .record(z.string(), variable)
    .refine((calls) => Object.keys(calls).length > 0, {
      error:
        "needs at least one entry: a server component that it calls, and the variable for its URL",
    })
    .meta({
      ...about("Servers that it calls, each with the variable for its URL", { stock: "STOCK_URL" }),
      minProperties: 1,
    }),
});

const workload = path("file").transform((file, context) => {
  const manifest = readWorkload(file);
  if (typeof manifest !== "string") return { path: file, manifest };
  context.addIssue(`${shown(file)} ${manifest}`);
  return z.NEVER;
});

const component = section({
  server: server.optional().meta(about("For a component that others call")),
  client: client.optional().meta(about("For a component that calls others")),
  delivery: z
    .enum(DELIVERIES)
    .default("files")
    .meta(about("How it reads certificate, key and CAs: in files, or in variables", "environment")),
  mounts: perMaterial(mountPath, "Path of", {
    certificate: "/etc/tls/tls.crt",
    key: "/etc/tls/tls.key",
    ca: "/etc/tls/ca.crt",
  })
    .default({})
    .meta(about("Paths of its files (docs/choreo.md#what-a-component-is-given)")),
  variables: perMaterial(variable, "Variable for", {
    certificate: "TLS_CERT_FILE",
    key: "TLS_KEY_FILE",
    ca: "TLS_CA_FILE",
  })
    .default({})
    .meta(about("Variables for the paths of its files, or for the PEM")),
  algorithm: keyAlgorithm.default("ECDSA-P256").meta(about("Algorithm of its key", "RSA-2048")),
  image: z.string().min(1).optional().meta(about("Image that OpenChoreo runs", "orders:1")),
  workload: workload
    .optional()
    .meta(about("A Workload for OpenChoreo that the stack extends", "examples/choreo/web.yml")),
}).superRefine((settings, context) => {
  if (settings.server === undefined && settings.client === undefined) {
    context.addIssue("needs server if others call it, client if it calls others, or both");
  }
  const mounted = MATERIALS.filter((material) => settings.mounts[material] !== undefined);
  if (settings.delivery === "environment" && mounted.length > 0) {
    refusalsIn(context)(
      "mounts",
      "is for files, but delivery is environment, where the variables contain the content",
    );
  }
});

/** Names of cluster-wide objects (RFC 1123). */
const storeName = z.string().regex(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/, {
  error: (issue) =>
    `found ${shown(issue.input)}; write the name of the ClusterSecretStore to which the data plane's secretStoreRef refers, for example ${USUAL_STORE}`,
});

const secretStore = section({
  push: section({
    name: storeName.default(USUAL_STORE).meta(about("Name of the ClusterSecretStore", "openbao")),
  })
    .transform((own): SecretStore => ({ kind: "push", ...own }))
    .optional()
    .meta(about("External Secrets writes keys into this store")),
  kubernetes: section({
    namespace: label.meta(about("Namespace that the data plane's store reads", "keys")),
  })
    .transform((own): SecretStore => ({ kind: "kubernetes", ...own }))
    .optional()
    .meta(about("Keys are Secrets that a store with provider `kubernetes` reads")),
  manual: section({})
    .transform((): SecretStore => ({ kind: "manual" }))
    .optional()
    .meta(about("You write keys into the store, after `countersign choreo export`", {})),
})
  .transform(
    onlyOne(
      "needs exactly one of push, kubernetes and manual: how keys get into the data plane's secret store",
    ),
  )
  .prefault({ push: {} });

const target = section({
  console: section({})
    .transform(() => ({ kind: "console" as const }))
    .optional()
    .meta(about("Choreo's console, into which you enter everything", {})),
  openchoreo: section({
    namespace: label.meta(about("Namespace of the Project and its Components", "shop")),
    createNamespace: z.boolean().default(false).meta(createNamespaceAbout),
    secretStore: secretStore.meta({
      ...about("How keys get into the data plane's secret store", undefined, "`push`"),
      ...EXACTLY_ONE,
    }),
  })
    .transform((own) => ({ kind: "openchoreo" as const, ...own }))
    .optional()
    .meta(about("OpenChoreo, to which the components are deployed")),
}).transform(onlyOne("needs exactly one of console and openchoreo: where the components run"));

const componentName = z.string().superRefine((name, context) => {
  if (label.safeParse(name).success) return;
  context.addIssue(
    "is not a name of a component: write lower-case letters, digits and inner hyphens",
  );
});

/** The components of one Choreo project. The stack's authority is its root CA. */
export const choreo = section({
  project: label.meta(about("Name of the project", "shop")),
  target: target.meta({ ...about("Where the components run"), ...EXACTLY_ONE }),
  components: z
    .record(componentName, component)
    .refine((components) => Object.keys(components).length > 0, {
      error: "needs at least one component",
    })
    .meta({
      ...about("The components, by name; each has `server`, `client` or both"),
      minProperties: 1,
    }),
  certificate: lifetimes.meta(about("The certificates of all components")),
});

export type ChoreoConfig = z.output<typeof choreo>;
