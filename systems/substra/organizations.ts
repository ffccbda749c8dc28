import { z } from "zod";
import { BACKEND_GUARDS } from "../../components/substra/charts";
import { isDnsName, isIpAddress } from "../../x509";
import { about, code } from "../../config/about";
import { backendDatabase, databaseAbout } from "./database";
import {
  durationOf,
  duration,
  ingressHost,
  label,
  port,
  refusalsIn,
  releaseLabel,
  section,
  text,
  type Refuse,
} from "../../config/fields";
import { chart, release, values } from "../../config/helm-release";
import {
  LEAF_HOURS,
  existingKeys,
  existingPair,
  keyAlgorithm,
  lifetime,
  lifetimeKeys,
  EXISTING,
  checkKeyNames,
  keyNames,
  namedKeys,
} from "../../config/certificate-fields";
import { REPOSITORY } from "./orchestrator";
import { shown } from "../../config/problems";
import { path } from "../../config/paths";
import { acceptedAdmission, sourceOr, stackName, trustedCas } from "../../config/stacks";
import { FIRST_USE } from "../../enrollment/trust";

const sourceIn = sourceOr(
  "needs the consortium's stack or the directory with its files; write either stack or directory",
);

/** The stack that signs an organization's request, and the CAs that its admission may contain. */
export const signedBy = section({
  stack: stackName
    .optional()
    .meta(
      about("The consortium's stack, on the same backend", "organization/countersign/consortium"),
    ),
  directory: path("folder")
    .optional()
    .meta(
      about(
        "The directory with the consortium's files, instead of `stack`",
        "enrollments/MyOrg2MSP",
      ),
    ),
  trust: trustedCas.meta(about("Fingerprints of the CAs to trust, or `first-use`", [FIRST_USE])),
  accept: acceptedAdmission,
}).transform(({ trust: policy, accept, ...source }, context) => ({
  source: sourceIn(source, context),
  trust: policy,
  ...(accept !== undefined && { accept }),
}));

const channelSettings = section({
  restricted: z
    .boolean()
    .default(false)
    .meta(about("The backend's setting `restricted` for this channel", true)),
  modelExportEnabled: z
    .boolean()
    .default(false)
    .meta(about("Whether models may be exported in this channel", true)),
});

const certificate = section({
  algorithm: keyAlgorithm
    .default("ECDSA-P256")
    .meta(about("Algorithm of the keys that this stack creates", "ECDSA-P384")),
  validity: duration
    .optional()
    .meta(
      about("Lifetime of a certificate, without `signedBy`", "60d", code(durationOf(LEAF_HOURS))),
    ),
  renewBefore: lifetimeKeys.renewBefore,
  keys: namedKeys,
  ...existingKeys,
}).prefault({});

/**
 * Host at which a backend dials the orchestrator. The backend appends a colon and the port, so an IPv6 address would
 * need brackets, which other parts of the chart do not support.
 */
const orchestratorHost = text("host").refine(
  (text) => isDnsName(text) || (isIpAddress(text) && !text.includes(":")),
  {
    error: ({ input }) =>
      typeof input === "string" && isIpAddress(input)
        ? `found ${shown(input)}, an IPv6 address, behind which the backend cannot put a port; write a host name or an IPv4 address`
        : `found ${shown(input)}; write a host name in lower case or an IPv4 address, without scheme, port or wildcard`,
  },
);

/** One organization of the consortium whose backend this stack runs. */
const organization = section({
  ...release,
  namespace: label
    .optional()
    .meta(about("Namespace of the backend", "org-1", "the MSP ID, as `my-org1-msp`")),
  releaseName: releaseLabel
    .optional()
    .meta(about("Name of the Helm release", "substra", "`backend`")),
  hostname: ingressHost.meta(about("The backend's host name", "substra.org-1.example")),
  ingressClassName: label
    .optional()
    .meta(about("Class of its ingress", "nginx", "the cluster's default class")),
  organizationName: z
    .string()
    .min(1)
    .optional()
    .meta(about("Display name", "First organization", "the MSP ID")),
  orchestrator: section({
    sameCluster: z
      .boolean()
      .optional()
      .meta(about("Whether it runs in the same cluster", true, "`true` if this stack has it")),
    host: orchestratorHost
      .optional()
      .meta(about("Host that is dialled", "orchestrator.example.org", "the Service or ingress")),
    port: port
      .optional()
      .meta(about("Port that is dialled", 8443, "that of the Service, or `443`")),
  })
    .prefault({})
    .meta(about("How the backend reaches the orchestrator")),
  channels: z
    .record(z.string(), channelSettings)
    .default({})
    .meta(about("Settings of channels of which it is a member, by name")),
  signedBy: signedBy
    .optional()
    .meta(about("Another stack that signs its requests", undefined, "this stack's authority")),
  certificate: certificate.meta(about("Its keys and its certificate")),
  database: backendDatabase.optional().meta(databaseAbout),
  chart: chart({ repository: REPOSITORY, name: "substra-backend", version: "26.15.3" }),
  values: values(BACKEND_GUARDS),
}).transform(({ signedBy: signer, certificate: given, ...own }, context) => {
  const refuse = refusalsIn(context, "certificate");
  const keys = keysOf(given, refuse);
  const issuance = signer
    ? { kind: "elsewhere" as const, ...signer }
    : { kind: "here" as const, ...issuedHere(given, keys.names, refuse) };
  if (signer) refuseWhatSignerDecides(given, refuse);
  return { ...own, keys, issuance };
});

type Certificate = z.output<typeof certificate>;

function keysOf(given: Certificate, refuse: Refuse) {
  checkKeyNames(given, refuse);
  return { names: keyNames(given), algorithm: given.algorithm, existing: given.key };
}

function issuedHere(
  { validity = LEAF_HOURS, renewBefore, existing, key }: Certificate,
  names: readonly string[],
  refuse: Refuse,
) {
  const pair = existingPair(existing, key, refuse);
  return {
    ...lifetime({ validity, renewBefore }, refuse),
    // Another key, listed after the existing one, has replaced it.
    ...(pair && names.at(-1) === EXISTING && { existing: pair.certificate }),
  };
}

function refuseWhatSignerDecides(given: Certificate, refuse: Refuse): void {
  for (const key of ["validity", "renewBefore", "existing"] as const) {
    if (given[key] !== undefined) {
      refuse(key, "is decided by the stack that signs (signedBy), in its enrollments; remove it");
    }
  }
}

/** The organizations whose backends this stack runs, by MSP ID. */
export const organizations = z.record(text("MSP ID"), organization);

export type OrganizationConfig = z.output<typeof organization>;
