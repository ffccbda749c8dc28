import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import type { V1Container, V1Deployment } from "@kubernetes/client-node";
import { parse } from "yaml";
import {
  composeFiles,
  type ComposeMaterial,
} from "../../../components/choreo-connect/gateway-files";
import { containerOf, fullName } from "../../../components/choreo-connect/chart";
import { deploymentOf } from "../../integration/charts/choreo-connect-pods";
import type { Gateway } from "../../../components/choreo-connect/gateway";
import { PARTS, type Part } from "../../../components/choreo-connect/party";
import {
  CA_CERTIFICATES,
  CONFIG_TOML,
  OWN_ANCHOR,
  OWN_PAIR,
  ROUTER_BUNDLE,
  SECURITY,
  TRUSTSTORE,
} from "../../../components/choreo-connect/paths";
import {
  certificateFileOf,
  controlPlaneTrust,
  globalBundle,
} from "../../../components/choreo-connect/trust";
import { chartValues, type SecretNames } from "../../../components/choreo-connect/values";
import type { Helm, Manifests } from "../../integration/charts/helm";
import { need } from "../need";
import { RELEASE, type Leaf, type Leaves } from "./part-certificates";

/** A folder that stands for a container's root, and its variables, which are also in its file `environment`. */
export interface Container {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
}

export type Containers = Readonly<Record<Part, Container>>;

/** Certificates, keys and configuration that a stack creates for a gateway. */
export interface Material {
  readonly leaves: Leaves;
  /** The CA's generations as PEM, the signing one first. */
  readonly bundle: string;
  /** The pair for backend tokens. */
  readonly tokens: Leaf;
  /** The adapter's configuration, a template of the chart; undefined for the chart's own. */
  readonly configToml?: string;
  /** Creates the contents of the parts' certificate files. @default - as Countersign does */
  readonly fileOf?: typeof certificateFileOf;
}

const SECRETS: Omit<SecretNames<string>, "caCertificates"> = {
  ...{ router: "router-1", enforcer: "enforcer-1", adapter: "adapter-1" },
  ...{ backendJwt: "tokens-1", trust: "trust-1" },
};
const CA_SECRET = "ca-certificates-1";

/** Creates containers from a stack's Secrets and values, as Helm and a kubelet do. */
export async function inCluster(
  helm: Helm,
  gateway: Gateway,
  material: Material,
  folder: string,
): Promise<Containers> {
  const caCertificates = globalBundle(gateway, material.bundle);
  const secrets = secretsOf(gateway, material, caCertificates);
  const names = {
    ...SECRETS,
    caCertificates: caCertificates === undefined ? undefined : CA_SECRET,
  };
  const { configToml } = material;
  const manifests = await helm.template(
    "choreo-connect",
    { release: RELEASE.releaseName, namespace: RELEASE.namespace },
    chartValues({
      ...{ secrets: names, backendJwt: true, configToml },
      upstreamTls: gateway.upstreamTls,
    }),
  );
  const full = fullName(RELEASE.releaseName);
  return ofEach((part) => {
    const deployment = manifests.get("Deployment", deploymentOf(full, part));
    const container = need(
      deployment.spec?.template.spec?.containers.find(({ name }) => name === containerOf(part)),
      part,
    );
    const root = join(folder, part);
    putPublicBundle(root);
    mount(deployment, container, { secrets, manifests }, root);
    const environment = (container.env ?? []).map(({ name, value = "" }): [string, string] => [
      name,
      value,
    ]);
    return started(root, Object.fromEntries(environment));
  });
}

/**
 * Creates containers from a stack's export over the distribution, with the distribution's mounts and variables (v1.2.0,
 * docker-compose.yaml).
 *
 * @param configToml the distribution's unchanged configuration.
 */
export function inCompose(
  gateway: Gateway,
  { leaves, bundle, tokens }: Material,
  configToml: string,
  folder: string,
): Containers {
  const material: ComposeMaterial = {
    project: "choreo-connect",
    certificates: ofEach((part) => leaves[part].certificatePem),
    keys: ofEach((part) => leaves[part].privateKeyPem),
    tokens: { certificate: tokens.certificatePem, key: tokens.privateKeyPem },
    bundle,
  };
  const files = composeFiles(gateway, material);
  const inside = (part: Part) => `docker-compose/resources/${part}/security/`;
  const pair = (name: string) => ({
    [`${name}_PRIVATE_KEY_PATH`]: OWN_PAIR.key,
    [`${name}_PUBLIC_CERT_PATH`]: OWN_PAIR.certificate,
  });
  const environments = {
    adapter: pair("ADAPTER"),
    enforcer: {
      ...pair("ENFORCER"),
      ...{ TRUSTED_CA_CERTS_PATH: TRUSTSTORE, ADAPTER_HOST_NAME: "adapter" },
    },
    router: {
      ...pair("ROUTER"),
      ...{ ADAPTER_CA_CERT_PATH: OWN_ANCHOR, ENFORCER_CA_CERT_PATH: OWN_ANCHOR },
    },
  } satisfies Record<Part, Record<string, string>>;
  const override = files.find(({ path }) => path.endsWith("/docker-compose.override.yaml"));
  const { services } = parse(need(override, "override").content.toString()) as {
    services: Partial<Record<Part, { environment?: Record<string, string> }>>;
  };
  return ofEach((part) => {
    const root = join(folder, part);
    putPublicBundle(root);
    for (const { path, content } of files)
      if (path.startsWith(inside(part)))
        put(root, join(SECURITY, path.slice(inside(part).length)), content);
    if (part === "adapter") put(root, CONFIG_TOML, configToml);
    return started(root, { ...environments[part], ...services[part]?.environment });
  });
}

/** Writes the bundle of the images, before anything is mounted over it. */
function putPublicBundle(root: string): void {
  put(root, ROUTER_BUNDLE, rootCertificates.join("\n"));
}

/** Puts a file into a container. */
export function put(root: string, path: string, content: string | Buffer): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, content, { mode: 0o600 });
}

/** Replaces paths in a container with the paths on this machine. */
export function placed<T>(value: T, { root }: Container): T {
  const text = JSON.stringify(value).replace(/"\/(home\/wso2|etc\/ssl)\//g, `"${root}/$1/`);
  return JSON.parse(text) as T;
}

type SecretData = Readonly<Record<string, string>>;

function secretsOf(
  gateway: Gateway,
  { leaves, bundle, tokens, fileOf = certificateFileOf }: Material,
  caCertificates = "",
): ReadonlyMap<string, SecretData> {
  const parts = PARTS.map((part): [string, SecretData] => {
    const { certificatePem, privateKeyPem } = leaves[part];
    const file = fileOf(part, certificatePem, bundle);
    return [SECRETS[part], { "tls.crt": file, "tls.key": privateKeyPem }];
  });
  return new Map<string, SecretData>([
    ...parts,
    [SECRETS.backendJwt, { "tls.crt": tokens.certificatePem, "tls.key": tokens.privateKeyPem }],
    [SECRETS.trust, { "ca.crt": controlPlaneTrust(gateway, bundle) }],
    [CA_SECRET, { [CA_CERTIFICATES]: caCertificates }],
  ]);
}

interface Objects {
  readonly secrets: ReadonlyMap<string, SecretData>;
  readonly manifests: Manifests;
}

/** Mounts files into a container. All mounts of the chart are single files. */
function mount(
  deployment: V1Deployment,
  { volumeMounts = [] }: V1Container,
  { secrets, manifests }: Objects,
  root: string,
): void {
  for (const { name, mountPath, subPath } of volumeMounts) {
    if (subPath === undefined) continue;
    const volume = deployment.spec?.template.spec?.volumes?.find((each) => each.name === name);
    const { secret, configMap } = need(volume, `volume ${name}`);
    const data = secret
      ? secrets.get(secret.secretName ?? "")
      : manifests.get("ConfigMap", configMap?.name ?? "").data;
    put(root, mountPath, need(data?.[subPath], `${subPath} in volume ${name}`));
  }
}

function started(root: string, environment: Readonly<Record<string, string>>): Container {
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  put(root, "environment", lines.join(""));
  return { root, environment };
}

function ofEach<T>(of: (part: Part) => T): Record<Part, T> {
  return Object.fromEntries(PARTS.map((part) => [part, of(part)])) as Record<Part, T>;
}
