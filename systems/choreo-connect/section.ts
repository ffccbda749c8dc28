import { z } from "zod";
import { configTomlProblem } from "../../components/choreo-connect/adapter/given-config";
import { PUBLISHED_CHART } from "../../components/choreo-connect/chart";
import { COMPOSE_PROJECTS } from "../../components/choreo-connect/gateway-files";
import { GUARDS } from "../../components/choreo-connect/values";
import { LIMITS, UnreadableFile, readFileText } from "../../host";
import { EXACTLY_ONE, PEM, about } from "../../config/about";
import {
  hostName,
  label,
  onlyOne,
  refusalsIn,
  releaseLabel,
  section,
  text,
} from "../../config/fields";
import { chart, release, values } from "../../config/helm-release";
import { existingCertificates, keyAlgorithm, lifetimes } from "../../config/certificate-fields";
import { path } from "../../config/paths";
import { shown } from "../../config/problems";
import { backend, tls } from "./backend-section";
import { chosenPublicCas, publicCaChoice } from "../../config/public-cas";

/** Section of a part that signs tokens with the key of its certificate, which requires RSA. */
const rsaOnly = (part: string) =>
  section({
    algorithm: keyAlgorithm
      .refine((algorithm) => algorithm.startsWith("RSA"), {
        error: (issue) =>
          `found ${shown(issue.input)}; the ${part} also signs tokens with this key, so it must be RSA-2048, RSA-3072 or RSA-4096`,
      })
      .default("RSA-2048")
      .meta(about("Algorithm of its key, which must be RSA", "RSA-3072")),
  })
    .prefault({})
    .meta(about(`The ${part} of the gateway`));

const router = section({
  hosts: z
    .array(hostName)
    .default([])
    .meta(about("Names by which clients call the gateway", ["gw.example.com"])),
  algorithm: keyAlgorithm
    .refine((algorithm) => algorithm.startsWith("RSA") || algorithm === "ECDSA-P256", {
      error: (issue) =>
        `found ${shown(issue.input)}; Envoy accepts only certificates with RSA and ECDSA-P256 keys`,
    })
    .default("RSA-2048")
    .meta(about("Algorithm of its key: RSA or `ECDSA-P256`", "ECDSA-P256")),
}).prefault({});

const configToml = path("file").transform((file, context) => {
  try {
    const text = readFileText(file, { limit: LIMITS.config });
    const problem = configTomlProblem(text);
    if (problem === undefined) return text;
    context.addIssue(`${shown(file)}, ${problem}`);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    context.addIssue(
      error.isMissing
        ? `there is no file at ${shown(file)}; the path is relative to Pulumi.yaml`
        : `${shown(file)} ${error.predicate}; the path is relative to Pulumi.yaml`,
    );
  }
  return z.NEVER;
});

const target = section({
  kubernetes: section({
    ...release,
    namespace: label.default("choreo-connect").meta(about("Namespace of the gateway", "gateway")),
    releaseName: releaseLabel
      .default("choreo-connect")
      .meta(about("Name of the Helm release", "gateway")),
    chart: chart(PUBLISHED_CHART),
    values: values(GUARDS),
    backendJwt: z
      .boolean()
      .default(false)
      .meta(about("Whether the enforcer signs tokens for backends", true)),
    configToml: configToml
      .optional()
      .meta(about("File with the adapter's configuration", "config.toml", "the chart's own")),
  })
    .transform((own) => ({ kind: "kubernetes" as const, ...own }))
    .optional()
    .meta(about("The Helm chart, in a cluster")),
  compose: section({
    project: z
      .enum(COMPOSE_PROJECTS)
      .default("choreo-connect")
      .meta(about("Project of the distribution", "choreo-connect-with-apim")),
  })
    .transform((own) => ({ kind: "compose" as const, ...own }))
    .optional()
    .meta(about("WSO2's docker-compose distribution, for which files are exported")),
}).transform(
  onlyOne("needs exactly one of kubernetes and compose: how Choreo Connect is installed"),
);

const backendName = z.string().superRefine((name, context) => {
  if (label.safeParse(name).success) return;
  context.addIssue(
    "is not a name for a backend: write lower-case letters, digits and inner hyphens",
  );
});

/** Name of an API project, which becomes the name of a folder and part of a ConfigMap's name. */
const apiName = z.string().regex(/^(?=.{1,100}$)[A-Za-z\d]+((\.|-+)[A-Za-z\d]+)*$/, {
  error: () =>
    "is not a name for an API project: write letters, digits, inner hyphens and dots, at most 100, for example PizzaShack-1.0.0",
});

/** A Choreo Connect: its router, enforcer and adapter, and the backends behind it. */
export const choreoConnect = section({
  target: target.meta({ ...about("How Choreo Connect is installed"), ...EXACTLY_ONE }),
  router: router.meta(about("The router of the gateway")),
  enforcer: rsaOnly("enforcer"),
  adapter: rsaOnly("adapter"),
  certificate: lifetimes.meta(about("The certificates of all parts and backends")),
  upstreamTls: tls.optional().meta(about("Versions and ciphers that the router offers backends")),
  controlPlane: existingCertificates
    .optional()
    .meta(about("Certificates of an API Manager; the first one checks its tokens", PEM)),
  publicCas: publicCaChoice.meta(about("Public CAs in the router's one bundle", ["ISRG Root X1"])),
  backends: z
    .record(backendName, backend)
    .prefault({})
    .meta(about("Backends that the router calls, by name")),
  apis: z
    .record(apiName, z.array(text("name of a backend")).min(1))
    .default({})
    .meta(about("API projects, and the backends that each calls", { "Shop-1.0.0": ["payments"] })),
}).transform(({ publicCas, ...own }, context) => ({
  ...own,
  publicCas: chosenPublicCas(publicCas, refusalsIn(context)),
}));

export type ChoreoConnectConfig = z.output<typeof choreoConnect>;
