import type { Backend } from "../components/choreo-connect/gateway";
import { configTomlProblem } from "../components/choreo-connect/upstream-tls/config-toml";
import { agree } from "../components/choreo-connect/upstream-tls/policy";
import { CHART } from "../components/choreo-connect/values";
import { chartProblem } from "../components/kubernetes/helm/chart-contract";
import {
  coversHost,
  quoteList,
  readCertificate,
  readCertificates,
  type Certificate,
} from "../x509";
import type { StackConfig } from ".";
import type { ChoreoConnectSettings } from "./choreo-connect-gateway";
import { keyOf, type Problem } from "./problems";

/** What only shows when backends and APIs are seen together, or beside other sections. */
export function choreoConnectInconsistencies(config: StackConfig): Problem[] {
  const { choreoConnect } = config;
  if (!choreoConnect) return [];
  const backends = [...choreoConnect.gateway.backends.values()];
  return [
    ...authority(config),
    ...chart(choreoConnect),
    ...offered(choreoConnect),
    ...mounts(choreoConnect),
    ...backends.flatMap(existing),
    ...backends.flatMap((backend) => versionsAndCiphers(backend, choreoConnect)),
    ...addresses(backends),
    ...apis(choreoConnect),
    ...uncalled(choreoConnect),
    ...publicCas(choreoConnect),
  ];
}

function problem(message: string, ...path: (string | number)[]): Problem {
  return { key: keyOf(["choreoConnect", ...path]), message };
}

function authority({ authority: own }: StackConfig): Problem[] {
  if (!own) return [{ key: "authority", message: "is missing: Choreo Connect's parts need a CA" }];
  return Object.entries(own.generations).flatMap(([name, generation]) => {
    const algorithm =
      generation.kind === "created"
        ? generation.algorithm
        : readCertificate(generation.certificate).keyAlgorithm;
    if (algorithm !== "Ed25519") return [];
    return [
      {
        key: keyOf(["authority", "generations", name]),
        message:
          "has an Ed25519 key, and neither Envoy nor Java's TLS accepts what it signed; Choreo Connect needs generations with another key, for example of algorithm ECDSA-P256",
      },
    ];
  });
}

function chart({ target, configToml }: ChoreoConnectSettings): Problem[] {
  if (target.kind !== "kubernetes") return [];
  const wrong = chartProblem(CHART, target.chart);
  const template = configToml === undefined ? undefined : configTomlProblem(configToml);
  return [
    ...(wrong === undefined ? [] : [problem(wrong, "target", "kubernetes", "chart")]),
    ...(template === undefined
      ? []
      : [problem(`its template ${template}`, "target", "kubernetes", "chart")]),
  ];
}

/** The chart takes versions and ciphers as a part of the whole configuration only. */
function offered({ target, upstreamTls, configToml }: ChoreoConnectSettings): Problem[] {
  if (target.kind !== "kubernetes" || upstreamTls === undefined || configToml !== undefined) {
    return [];
  }
  return [
    problem(
      "needs target.kubernetes.configToml, a file to write it into: the chart takes the adapter's configuration as a whole. Begin with the chart's own: `helm pull choreo-connect --repo https://helm.wso2.com --version 1.2.0-2 --untar`, and copy choreo-connect/confs/config.toml.template",
      "upstreamTls",
    ),
  ];
}

/** Mounts of the user's own that would hide one of ours, or what the pair's files stand in. */
function mounts({ target }: ChoreoConnectSettings): Problem[] {
  if (target.kind !== "kubernetes") return [];
  const configs = volumeConfigsOf(target.values);
  return configs.flatMap((path, position) => {
    const ours = OUR_MOUNTS.find(
      (own) => path === own || own.startsWith(`${path.replace(/\/$/, "")}/`),
    );
    if (ours === undefined) return [];
    return [
      problem(
        `mounts at ${path}, which would hide ${ours}; choose another path`,
        ...["target", "kubernetes", "values", "wso2", "deployment", "volumeConfigs"],
        position,
      ),
    ];
  });
}

const SECURITY = "/home/wso2/security";

/** Paths that the chart mounts our Secrets at (chart choreo-connect 1.2.0-2, templates). */
const OUR_MOUNTS: readonly string[] = [
  ...["mg.key", "mg.pem", "backend-jwt.key", "backend-jwt.pem"].map(
    (file) => `${SECURITY}/keystore/${file}`,
  ),
  ...["mg.pem", "adapter-ca-cert.pem", "enforcer-ca-cert.pem", "router-ca-cert.pem"].map(
    (file) => `${SECURITY}/truststore/${file}`,
  ),
  "/etc/ssl/certs/ca-certificates.crt",
];

function volumeConfigsOf(values: Readonly<Record<string, unknown>>): string[] {
  const { wso2 } = values as { wso2?: { deployment?: { volumeConfigs?: unknown } } };
  const configs = wso2?.deployment?.volumeConfigs;
  if (!Array.isArray(configs)) return [];
  return configs.map((each: { mount?: { path?: unknown } } | null) =>
    typeof each?.mount?.path === "string" ? each.mount.path : "",
  );
}

/** A backend's own certificate that the router would refuse. */
function existing({ name, certificate, endpoints }: Backend): Problem[] {
  if (certificate.kind === "issued") return [];
  const [leaf] = readCertificates(certificate.certificates).filter(({ isCa }) => !isCa);
  if (!leaf) return [];
  return [
    ...endpoints.flatMap(({ url, host }, position) =>
      coversHost(leaf, host)
        ? []
        : [
            problem(
              `${url} is at ${host}, which backends.${name}.existing is not for (${namesOf(leaf)}); the router compares them exactly`,
              ...["backends", name, "endpoints"],
              position,
            ),
          ],
    ),
    ...(leaf.notAfter < new Date()
      ? [problem(`expired on ${leaf.notAfter.toISOString()}`, "backends", name, "existing")]
      : []),
  ];
}

function namesOf({ dnsNames, ipAddresses }: Certificate): string {
  const names = [...dnsNames, ...ipAddresses];
  return names.length > 0 ? `its names are ${quoteList(names)}` : "it has no names";
}

function versionsAndCiphers(
  { name, certificate, tls }: Backend,
  { gateway: { upstreamTls }, upstreamTls: own }: ChoreoConnectSettings,
): Problem[] {
  const agreed = agree(upstreamTls, tls ?? upstreamTls, keyOfServer(certificate));
  if (typeof agreed !== "string") return [];
  const advice =
    own === undefined && !tls
      ? " (the router offers what the adapter does by itself: set upstreamTls)"
      : "";
  return [
    problem(`has no TLS in common with the router: ${agreed}${advice}`, "backends", name, "tls"),
  ];
}

/** What kind of key the server has; undefined if only its CAs are known. */
function keyOfServer(certificate: Backend["certificate"]): "RSA" | "ECDSA" | undefined {
  if (certificate.kind === "issued") return kindOf(certificate.algorithm);
  const [leaf] = readCertificates(certificate.certificates).filter(({ isCa }) => !isCa);
  return leaf && kindOf(leaf.keyAlgorithm);
}

function kindOf(algorithm: string): "RSA" | "ECDSA" | undefined {
  if (algorithm.startsWith("RSA")) return "RSA";
  return algorithm.startsWith("ECDSA") ? "ECDSA" : undefined;
}

/** One server has one certificate, and one API endpoint one backend. */
function addresses(backends: readonly Backend[]): Problem[] {
  const owners = new Map<string, string>();
  return backends.flatMap(({ name, endpoints }) =>
    endpoints.flatMap(({ url, host, port }, position) => {
      const address = `${host}:${port}`;
      const owner = owners.get(address);
      owners.set(address, owner ?? name);
      const at = ["backends", name, "endpoints", position] as const;
      if (owner !== undefined && owner !== name) {
        return [problem(`${address} is an address of backend ${owner} already`, ...at)];
      }
      return endpoints.findIndex((each) => each.url === url) < position
        ? [problem(`lists ${url} a second time`, ...at)]
        : [];
    }),
  );
}

function apis({ gateway: { apis: projects, backends } }: ChoreoConnectSettings): Problem[] {
  const owners = new Map<string, string>();
  return [...projects].flatMap(([api, names]) => {
    const owner = owners.get(api.toLowerCase());
    owners.set(api.toLowerCase(), owner ?? api);
    return [
      ...(owner === undefined
        ? []
        : [problem(`differs from ${owner} in upper and lower case only`, "apis", api)]),
      ...names.flatMap((name, position) => {
        if (!backends.has(name)) {
          const known = [...backends.keys()].join(", ") || "there are none";
          return [problem(`"${name}" is no backend; known are ${known}`, "apis", api, position)];
        }
        return names.indexOf(name) < position
          ? [problem(`lists "${name}" a second time`, "apis", api, position)]
          : [];
      }),
    ];
  });
}

/** Trust by endpoint goes with the APIs: without one it goes nowhere. */
function uncalled({ gateway: { apis: projects, backends } }: ChoreoConnectSettings): Problem[] {
  const called = new Set([...projects.values()].flat());
  return [...backends.values()].flatMap(({ name, trust }) =>
    trust === "global" || called.has(name)
      ? []
      : [
          problem(
            `is "endpoint", but no API calls ${name}, so that the router would not know its CA; list it under choreoConnect.apis, or trust it globally`,
            ...["backends", name, "trust"],
          ),
        ],
  );
}

function publicCas({ gateway }: ChoreoConnectSettings): Problem[] {
  const isGlobal = [...gateway.backends.values()].some(({ trust }) => trust === "global");
  if (isGlobal || Object.keys(gateway.publicCas).length === 0) return [];
  return [
    problem(
      'are for the one bundle of backends with trust "global", and there are none: the router keeps the public CAs of its image',
      "publicCas",
    ),
  ];
}
