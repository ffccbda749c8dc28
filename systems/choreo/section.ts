import { z } from "zod";
import { USUAL_STORE } from "../../components/choreo/openchoreo";
import { DELIVERIES, MATERIALS, mountProblem, type Material } from "../../components/choreo/places";
import { readProjectUrl } from "../../components/choreo/project-url";
import { CLIENT_MODES } from "../../components/choreo/settings";
import type { SecretStore } from "../../components/choreo/secret-store";
import { readWorkload } from "../../components/choreo/workload-manifest";
import {
  hostName,
  keyAlgorithm,
  label,
  lifetime,
  lifetimeKeys,
  onlyOne,
  refusalsIn,
  section,
  subjectText,
} from "../../config/fields";
import { path } from "../../config/paths";
import { shown } from "../../config/problems";

const projectUrl = z.string().superRefine((text, context) => {
  const read = readProjectUrl(text);
  if (typeof read !== "string") return;
  context.addIssue(
    `${shown(text)} ${read}; write the project URL as Choreo's console shows it, http://<host>:<port>/<path>`,
  );
});

const mountPath = z.string().superRefine((path, context) => {
  const problem = mountProblem(path);
  if (problem === undefined) return;
  context.addIssue(
    `${shown(path)} ${problem}; write an absolute path with a file name, for example /tls/ca.crt`,
  );
});

const variable = z.string().regex(/^[A-Za-z_]\w*$/, {
  error: (issue) =>
    `found ${shown(issue.input)}; write the name of a variable: letters, digits and _, not beginning with a digit`,
});

/** Something for each material, all of it optional. */
function perMaterial<S extends z.ZodType>(each: S) {
  return section({
    certificate: each.optional(),
    key: each.optional(),
    ca: each.optional(),
  } satisfies Record<Material, unknown>);
}

const server = section({
  projectUrl: projectUrl.optional(),
  dnsNames: z.array(hostName).default([]),
  clients: z.enum(CLIENT_MODES).default("mutual-tls"),
});

const client = section({
  identity: subjectText,
  calls: z.record(z.string(), variable).refine((calls) => Object.keys(calls).length > 0, {
    error:
      "needs at least one entry: a server component that it calls, and the variable for its URL",
  }),
});

const workload = path("file").transform((file, context) => {
  const manifest = readWorkload(file);
  if (typeof manifest !== "string") return { path: file, manifest };
  context.addIssue(`${shown(file)} ${manifest}`);
  return z.NEVER;
});

const component = section({
  server: server.optional(),
  client: client.optional(),
  delivery: z.enum(DELIVERIES).default("files"),
  mounts: perMaterial(mountPath).default({}),
  variables: perMaterial(variable).default({}),
  algorithm: keyAlgorithm.default("ECDSA-P256"),
  image: z.string().min(1).optional(),
  workload: workload.optional(),
}).superRefine((settings, context) => {
  if (settings.server === undefined && settings.client === undefined) {
    context.addIssue("needs server, client or both: whether it is called, and whom it calls");
  }
  const mounted = MATERIALS.filter((material) => settings.mounts[material] !== undefined);
  if (settings.delivery === "environment" && mounted.length > 0) {
    refusalsIn(context)(
      "mounts",
      "is for files, but delivery is environment, where the variables hold the content",
    );
  }
});

/** Names of cluster-wide objects (RFC 1123). */
const storeName = z.string().regex(/^[a-z\d]([a-z\d.-]*[a-z\d])?$/, {
  error: (issue) =>
    `found ${shown(issue.input)}; write the name of the ClusterSecretStore to which the data plane's secretStoreRef refers, for example ${USUAL_STORE}`,
});

const secretStore = section({
  push: section({ name: storeName.default(USUAL_STORE) })
    .transform((own): SecretStore => ({ kind: "push", ...own }))
    .optional(),
  kubernetes: section({ namespace: label })
    .transform((own): SecretStore => ({ kind: "kubernetes", ...own }))
    .optional(),
  manual: section({})
    .transform((): SecretStore => ({ kind: "manual" }))
    .optional(),
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
    .optional(),
  openchoreo: section({
    namespace: label,
    createNamespace: z.boolean().default(false),
    secretStore,
  })
    .transform((own) => ({ kind: "openchoreo" as const, ...own }))
    .optional(),
}).transform(onlyOne("needs exactly one of console and openchoreo: where the components run"));

const componentName = z.string().superRefine((name, context) => {
  if (label.safeParse(name).success) return;
  context.addIssue("is no name of a component: write small letters, digits and inner hyphens");
});

/** The components of one Choreo project. The stack's authority is its root CA. */
export const choreo = section({
  project: label,
  target,
  components: z
    .record(componentName, component)
    .refine((components) => Object.keys(components).length > 0, {
      error: "needs at least one component",
    }),
  certificate: section(lifetimeKeys)
    .transform((life, context) => lifetime(life, refusalsIn(context)))
    .prefault({}),
});

export type ChoreoConfig = z.output<typeof choreo>;
