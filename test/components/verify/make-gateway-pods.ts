import { stringify } from "yaml";
import { writeKeyStore, writeTrustStore } from "../../../x509";
import { contentDigest } from "../../../components/choreo-connect/gateway";
import { contentAnnotation } from "../../../components/kubernetes/workload";
import { tlsVariables, tokenVariables } from "../../../components/choreo-connect/adapter/variables";
import type { Part } from "../../../components/choreo-connect/party";
import {
  certificateFileOf,
  controlPlaneTrust,
  endpointCertificates,
  globalBundle,
  routerAnchors,
} from "../../../components/choreo-connect/trust";
import { RECOMMENDED } from "../../../components/choreo-connect/upstream-tls";
import { keyPem } from "../../unit/x509/make-pkcs12";
import { base64, secret } from "../../unit/cli/fake-cluster";
import { BUNDLE, KEYS, PASSWORD, TOKENS, makeStack, type Deployed } from "./make-choreo-connect";

/** A Choreo Connect in a cluster. */
export interface InCluster extends Deployed {
  /** By kind and name. */
  readonly objects: Record<string, object>;
}

const SECURITY = "/home/wso2/security";
const FULL = "gw-choreo-connect";
export const CONFIG = `${FULL}-adapter-config-toml`;

const SECRETS = {
  router: "router-keys",
  enforcer: "enforcer-keys",
  adapter: "adapter-keys",
  backendJwt: "token-keys",
  trust: "trust",
  caCertificates: "ca-certificates",
};

/** Path, Secret, key. */
type MountedFile = readonly [path: string, name: string, key: string];

/** What the chart mounts in a part (chart choreo-connect 1.2.0-2). */
function filesOf(part: Part, secrets: typeof SECRETS): MountedFile[] {
  const own: MountedFile[] = [
    [`${SECURITY}/keystore/mg.key`, secrets[part], "tls.key"],
    [`${SECURITY}/keystore/mg.pem`, secrets[part], "tls.crt"],
  ];
  const peers = (["router", "enforcer", "adapter"] as const)
    .filter((peer) => peer !== part)
    .map((peer): MountedFile => [
      `${SECURITY}/truststore/${peer}-ca-cert.pem`,
      secrets[peer],
      "tls.crt",
    ]);
  const trust = (file: string): MountedFile[] => [
    [`${SECURITY}/truststore/mg.pem`, secrets[part], "tls.crt"],
    [`${SECURITY}/truststore/${file}`, secrets.trust, "ca.crt"],
  ];
  const rest: Readonly<Record<Part, readonly MountedFile[]>> = {
    router: [["/etc/ssl/certs/ca-certificates.crt", secrets.caCertificates, "ca-certificates.crt"]],
    enforcer: [
      ...trust("wso2carbon.pem"),
      [`${SECURITY}/keystore/backend-jwt.key`, secrets.backendJwt, "tls.key"],
      [`${SECURITY}/keystore/backend-jwt.pem`, secrets.backendJwt, "tls.crt"],
    ],
    adapter: trust("controlplane.pem"),
  };
  return [...own, ...peers, ...rest[part]];
}

const ENVIRONMENT: Readonly<Partial<Record<Part, Readonly<Record<string, string>>>>> = {
  router: {
    ADAPTER_CA_CERT_PATH: `${SECURITY}/truststore/adapter-ca-cert.pem`,
    ENFORCER_CA_CERT_PATH: `${SECURITY}/truststore/enforcer-ca-cert.pem`,
  },
  adapter: Object.fromEntries(
    [...tlsVariables(RECOMMENDED), ...tokenVariables()].map(({ name, value }) => [name, value]),
  ),
};

/**
 * A Deployment as the chart renders it, which has rolled out.
 *
 * @param others Secrets in the place of ours.
 * @param variables beside ours, or in the place of some.
 */
export function deployment(
  name: string,
  parts: readonly Part[],
  others: Partial<typeof SECRETS> = {},
  variables: Readonly<Record<string, string>> = {},
): object {
  const secrets = { ...SECRETS, ...others };
  const isAdapter = parts.includes("adapter");
  const names = new Set(parts.flatMap((part) => filesOf(part, secrets).map(([, each]) => each)));
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      template: {
        spec: {
          containers: parts.map((part) => ({
            name: `choreo-connect-${part}`,
            env: Object.entries({ ...ENVIRONMENT[part], ...variables }).map(([key, value]) => ({
              name: key,
              value,
            })),
            volumeMounts: [
              ...filesOf(part, secrets).map(([mountPath, volume, subPath]) => {
                return { name: volume, mountPath, subPath };
              }),
              ...(part === "adapter"
                ? [{ name: "c", mountPath: "/home/wso2/conf/config.toml", subPath: "config.toml" }]
                : []),
            ],
          })),
          volumes: [
            ...[...names].map((secretName) => ({ name: secretName, secret: { secretName } })),
            ...(isAdapter ? [{ name: "c", configMap: { name: CONFIG } }] : []),
          ],
        },
      },
    },
    status: { updatedReplicas: 1, replicas: 1, readyReplicas: 1 },
  };
}

let stores: Record<string, object> | undefined;

/** A stack's Choreo Connect with all that is in the cluster. */
export function makeInCluster(): InCluster {
  const release = { name: "gw", namespace: "ns", revision: 1 };
  const deployed = makeStack(
    { kind: "kubernetes", namespace: "ns", releaseName: "gw" },
    { release, secrets: SECRETS, configMaps: { "Shop-1.0.0": "shop", "Partner-1.0.0": "partner" } },
  );
  const { gateway, issued } = deployed.stack;
  const pair = (part: Part) =>
    secret({
      "tls.crt": certificateFileOf(part, issued.parts[part].certificate, BUNDLE),
      "tls.key": keyPem(KEYS[part].privateKey),
    });
  const certificate = (name: string) => issued.backends[name]?.certificate ?? "";
  const key = keyPem(KEYS.backend.privateKey);
  stores ??= {
    "Secret/ratings-tls": secret({
      "keystore.p12": writeKeyStore(
        { alias: "ratings", chainPem: certificate("ratings"), privateKeyPem: key },
        PASSWORD,
      ),
      password: PASSWORD,
    }),
    "Secret/ratings-router-trust": secret({
      "truststore.p12": writeTrustStore(
        Object.entries(routerAnchors(BUNDLE)).map(([alias, certificatePem]) => {
          return { alias, certificatePem };
        }),
        PASSWORD,
      ),
      password: PASSWORD,
    }),
  };
  const payments = gateway.backends.find(({ name }) => name === "payments");
  const digest = payments && contentDigest(payments, BUNDLE, certificate("payments"));
  const config = { "config.toml": "[enforcer.jwtGenerator]\n  enabled = true\n" };
  const pods = {
    adapter: deployment(`${FULL}-adapter`, ["adapter"]),
    runtime: deployment(`${FULL}-gateway-runtime`, ["enforcer", "router"]),
  };
  const configMap = { kind: "ConfigMap", metadata: { name: CONFIG }, data: config };
  const folders = endpointCertificates(gateway, BUNDLE);
  const objects = {
    "Secret/sh.helm.release.v1.gw.v1": releaseSecret([...Object.values(pods), configMap]),
    [`Deployment/${FULL}-adapter`]: pods.adapter,
    [`Deployment/${FULL}-gateway-runtime`]: pods.runtime,
    [`ConfigMap/${CONFIG}`]: configMap,
    [`Secret/${SECRETS.router}`]: pair("router"),
    [`Secret/${SECRETS.enforcer}`]: pair("enforcer"),
    [`Secret/${SECRETS.adapter}`]: pair("adapter"),
    [`Secret/${SECRETS.backendJwt}`]: secret({
      "tls.crt": TOKENS.certificate,
      "tls.key": TOKENS.key,
    }),
    [`Secret/${SECRETS.trust}`]: secret({ "ca.crt": controlPlaneTrust(gateway, BUNDLE) }),
    [`Secret/${SECRETS.caCertificates}`]: secret({
      "ca-certificates.crt": globalBundle(gateway, BUNDLE) ?? "",
    }),
    "ConfigMap/shop": { data: folders.get("Shop-1.0.0") },
    "ConfigMap/partner": { data: folders.get("Partner-1.0.0") },
    "Secret/payments-tls": secret({ "tls.crt": certificate("payments"), "tls.key": key }),
    "ConfigMap/router-ca": { data: { "ca.crt": BUNDLE } },
    "Deployment/payments": {
      spec: {
        template: { metadata: { annotations: { [contentAnnotation("payments")]: digest } } },
      },
      status: { updatedReplicas: 1, replicas: 1, readyReplicas: 1 },
    },
    ...stores,
  };
  return { ...deployed, objects: structuredClone(objects) };
}

/** Helm's record of a release, as Helm wrote it before it compressed them. */
function releaseSecret(manifests: readonly object[]): object {
  const record = {
    ...{ name: "gw", namespace: "ns", version: 1, info: { status: "deployed" } },
    chart: { metadata: { name: "choreo-connect", version: "1.2.0-2" } },
    manifest: manifests.map((each) => stringify(each)).join("\n---\n"),
  };
  return {
    metadata: { name: "sh.helm.release.v1.gw.v1" },
    type: "helm.sh/release.v1",
    data: { release: base64(base64(JSON.stringify(record))) },
  };
}

/** Changes one entry of a Secret. */
export function setEntry(
  objects: InCluster["objects"],
  name: string,
  key: string,
  content: string,
): void {
  const { data } = objects[`Secret/${name}`] as { data: Record<string, string> };
  data[key] = base64(content);
}
