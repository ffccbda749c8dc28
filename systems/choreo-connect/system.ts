import { CHART, LONGEST_FULL_NAME, fullName } from "../../components/choreo-connect/chart";
import {
  globallyTrusted,
  objectNamesOf,
  type Backend,
} from "../../components/choreo-connect/gateway";
import { describeNames, shownCertificate } from "../../components/choreo-connect/trust";
import {
  agree,
  compareVersions,
  type TlsPolicy,
} from "../../components/choreo-connect/upstream-tls";
import { chartProblem } from "../../components/kubernetes/helm/chart";
import type { AuthorityConfig } from "../../config/authority";
import { generationsOfEd25519 } from "../../config/generations";
import { keyOf, type Problem } from "../../config/problems";
import type { ConfiguredSystem } from "../../config/system";
import { coversHost, readCertificates } from "../../x509";
import { checkAnchorFor, checkLeafFor } from "../../x509/consumers/check";
import type { TlsSettings } from "./backend-section";
import { claims, readers, resolve, sections, type ChoreoConnectSettings } from "./settings";
import { adapterInconsistencies, undoneByValues } from "./target-problems";

/** Finds problems that appear only when backends and APIs are seen together, or with the CA. */
function problems(
  choreoConnect: ChoreoConnectSettings,
  own: AuthorityConfig | undefined,
): Problem[] {
  const { backends } = choreoConnect.gateway;
  return [
    ...authority(own),
    ...chart(choreoConnect),
    ...values(choreoConnect),
    ...backends.flatMap(existing),
    ...tls(choreoConnect),
    ...restarts(backends),
    ...sharedBundles(backends),
    ...addresses(backends),
    ...apis(choreoConnect),
    ...uncalled(choreoConnect),
    ...publicCas(choreoConnect),
    ...adapterInconsistencies(choreoConnect),
  ];
}

function problem(message: string, ...path: (string | number)[]): Problem {
  return { key: keyOf(["choreoConnect", ...path]), message };
}

function authority(own: AuthorityConfig | undefined): Problem[] {
  if (!own) return [{ key: "authority", message: "is missing: Choreo Connect's parts need a CA" }];
  return generationsOfEd25519(
    own,
    "and neither Envoy nor Java's TLS accepts what it signed; Choreo Connect needs",
  );
}

function chart({ target }: ChoreoConnectSettings): Problem[] {
  if (target.kind !== "kubernetes") return [];
  const wrong = chartProblem(CHART, target.chart);
  const full = fullName(target.releaseName);
  const longest = LONGEST_FULL_NAME - (full.length - target.releaseName.length);
  return [
    ...(wrong === undefined ? [] : [problem(wrong, "target", "kubernetes", "chart")]),
    ...(full.length <= LONGEST_FULL_NAME
      ? []
      : [
          problem(
            `found "${target.releaseName}"; the chart would cut the names of its objects, which begin with ${full}, until two are the same: write at most ${longest} characters`,
            "target",
            "kubernetes",
            "releaseName",
          ),
        ]),
  ];
}

function values({ target }: ChoreoConnectSettings): Problem[] {
  if (target.kind !== "kubernetes") return [];
  const deployment = ["target", "kubernetes", "values", "wso2", "deployment"];
  return undoneByValues(target.values).map(({ message, path }) =>
    problem(message, ...deployment, ...path),
  );
}

/** Finds certificates of a backend, or of its CAs, that the router would refuse. */
function existing({ name, certificate, endpoints }: Backend): Problem[] {
  if (certificate.kind === "issued") return [];
  const path = ["backends", name, "existing"];
  const given = readCertificates(certificate.certificates);
  const shown = shownCertificate(
    given,
    endpoints.map(({ host }) => host),
  );
  const last = given.map(({ notAfter }) => notAfter).sort((one, other) => +other - +one)[0];
  const router = { BoringSSL: "the router" };
  const refused = given.flatMap((each) =>
    each === shown
      ? // Whether the router accepts other keys of servers depends on the TLS versions, which `tls` checks.
        checkLeafFor(each, router).filter(
          ({ code }) => code !== "key-algorithm" || each.keyAlgorithm.startsWith("RSA"),
        )
      : checkAnchorFor(each, router),
  );
  return [
    ...endpoints.flatMap(({ url, host }, position) =>
      shown === undefined || coversHost(shown, host)
        ? []
        : [
            problem(
              `${url} is at ${host}, but the certificate in choreoConnect.backends.${name}.existing is not for this host (${describeNames(shown)}): the router would refuse it. Write the host as it is in the certificate, or give the certificate that the backend shows there`,
              "backends",
              name,
              "endpoints",
              position,
            ),
          ],
    ),
    ...(last !== undefined && last < new Date()
      ? [
          problem(
            `expired on ${last.toISOString()}: give its successor, or leave it out to have one issued here`,
            ...path,
          ),
        ]
      : []),
    ...refused.map(({ message }) =>
      problem(`${message} Have its issuer issue another one without this`, ...path),
    ),
  ];
}

/** Finds versions and ciphers that leave nothing to agree on, on one side or between both. */
function tls({ gateway, upstreamTls, backends }: ChoreoConnectSettings): Problem[] {
  const wrong = order(gateway.upstreamTls, upstreamTls, "upstreamTls");
  if (wrong.length > 0) return wrong;
  return gateway.backends.flatMap((backend) => {
    const { name, tls: own } = backend;
    const path = ["backends", name, ...(own ? ["tls"] : [])];
    const ownWrong = own ? order(own, backends[name]?.tls, ...path) : [];
    if (ownWrong.length > 0) return ownWrong;
    const key = keyOfServer(backend);
    const agreed = agree(gateway.upstreamTls, own ?? gateway.upstreamTls, key);
    if (typeof agreed !== "string") return [];
    const advice =
      upstreamTls === undefined
        ? "; the router offers what Countersign recommends, unless you set choreoConnect.upstreamTls"
        : "";
    return [problem(`has no TLS in common with the router: ${agreed}${advice}`, ...path)];
  });
}

/** Finds a maximum below the default minimum. */
function order(policy: TlsPolicy, own: TlsSettings | undefined, ...path: string[]): Problem[] {
  const { minimum, maximum } = policy;
  if (own?.maximum === undefined || compareVersions(minimum, maximum) <= 0) return [];
  return [
    problem(
      `${maximum} is below minimum, which is ${minimum} unless you set it`,
      ...path,
      "maximum",
    ),
  ];
}

/** Returns the kind of the server's key; undefined if only its CAs are known. */
function keyOfServer({ certificate, endpoints }: Backend): string | undefined {
  if (certificate.kind === "issued") return certificate.algorithm;
  const hosts = endpoints.map(({ host }) => host);
  return shownCertificate(readCertificates(certificate.certificates), hosts)?.keyAlgorithm;
}

/** Finds Deployments that are listed twice: each becomes a resource with its own name. */
function restarts(backends: readonly Backend[]): Problem[] {
  return backends.flatMap(({ name, restarts: deployments }) =>
    deployments.flatMap((deployment, position) =>
      deployments.indexOf(deployment) < position
        ? [problem(`lists "${deployment}" a second time`, "backends", name, "restarts", position)]
        : [],
    ),
  );
}

/** Finds backends that share a ConfigMap, but whose bundles differ. */
function sharedBundles(backends: readonly Backend[]): Problem[] {
  const owners = new Map<string, { readonly name: string; readonly bundle: string }>();
  return backends.flatMap((backend) => {
    const { name, namespace, routerTrust } = backend;
    const { routerCa: object } = objectNamesOf(backend);
    if (object === undefined || !routerTrust.forms.includes("ca-certificates")) return [];
    const place = `${namespace ?? ""}/${object}`;
    // In any order: a bundle has them by name.
    const bundle = JSON.stringify(Object.entries(routerTrust.publicCas).sort());
    const owner = owners.get(place) ?? { name, bundle };
    owners.set(place, owner);
    if (owner.bundle === bundle) return [];
    const message = `"${object}" is also the ConfigMap of backend ${owner.name}, which has other public CAs in its ca-certificates: name another ConfigMap, or give both the same publicCas`;
    return [problem(message, "backends", name, "routerTrust", "configMap")];
  });
}

/** Finds addresses that occur twice: a server has one certificate, and an API endpoint has one backend. */
function addresses(backends: readonly Backend[]): Problem[] {
  const owners = new Map<string, string>();
  return backends.flatMap(({ name, endpoints }) =>
    endpoints.flatMap(({ url, host, port }, position) => {
      const address = `${host}:${port}`;
      const owner = owners.get(address);
      owners.set(address, owner ?? name);
      const at = ["backends", name, "endpoints", position] as const;
      if (owner !== undefined && owner !== name) {
        return [
          problem(
            `${address} is already an address of backend ${owner}, and an address has one certificate: list it under one of them`,
            ...at,
          ),
        ];
      }
      return endpoints.findIndex((each) => each.url === url) < position
        ? [problem(`lists ${url} a second time`, ...at)]
        : [];
    }),
  );
}

function apis({ gateway: { apis: projects, backends } }: ChoreoConnectSettings): Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(projects).flatMap(([api, names]) => {
    const owner = owners.get(api.toLowerCase());
    owners.set(api.toLowerCase(), owner ?? api);
    return [
      ...(owner === undefined
        ? []
        : [
            problem(
              `differs from ${owner} only in upper and lower case; give it another name`,
              "apis",
              api,
            ),
          ]),
      ...names.flatMap((name, position) => {
        if (!backends.some((backend) => backend.name === name)) {
          const known = backends.map((backend) => backend.name).join(", ");
          const hint =
            known === "" ? "choreoConnect.backends has none" : `the backends are ${known}`;
          return [problem(`"${name}" is not a backend; ${hint}`, "apis", api, position)];
        }
        return names.indexOf(name) < position
          ? [problem(`lists "${name}" a second time`, "apis", api, position)]
          : [];
      }),
    ];
  });
}

/** Finds backends that are trusted by endpoint but that no API calls: the APIs bring the router their CAs. */
function uncalled({ gateway: { apis: projects, backends } }: ChoreoConnectSettings): Problem[] {
  const called = new Set(Object.values(projects).flat());
  return backends.flatMap(({ name, trust }) =>
    trust === "global" || called.has(name)
      ? []
      : [
          problem(
            `is "endpoint", but no API calls ${name}, so the router would not know its CA; list it under choreoConnect.apis, or trust it globally`,
            "backends",
            name,
            "trust",
          ),
        ],
  );
}

function publicCas({ gateway }: ChoreoConnectSettings): Problem[] {
  if (globallyTrusted(gateway).length > 0 || Object.keys(gateway.publicCas).length === 0) return [];
  return [
    problem(
      'are for the bundle of backends with trust "global", but there are none: the router keeps the public CAs of its image. Remove them',
      "publicCas",
    ),
  ];
}

/** Choreo Connect as the configuration knows it. */
export const choreoConnect: ConfiguredSystem<ChoreoConnectSettings, typeof sections> = {
  title: "Choreo Connect",
  sections,
  readers,
  resolve,
  problems,
  claims,
};
