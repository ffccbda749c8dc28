/** Language of a service, which determines what it reads: Spring Boot reads PKCS#12 stores, Go reads PEM. */
export type Language = "java" | "go";

/** Tool that turns the description into a running Spinnaker. */
export type TargetKind = "operator" | "kustomize" | "halyard";

/** A service of Spinnaker before any configuration. */
interface ServiceKind {
  /** Port of its HTTP server. */
  readonly port: number;
  readonly language: Language;
  /** The targets with a name for it. For others, its host must be given. */
  readonly targets: readonly TargetKind[];
  /** The services that it calls. */
  readonly calls: readonly string[];
  /** Services outside of Spinnaker that it calls with clients that trust only the CAs in its trust store. */
  readonly outside?: string;
  /** The service that it replaces where that one is highly available. */
  readonly variantOf?: string;
  /** Set if no service calls it. */
  readonly uncalled?: true;
}

const EVERYWHERE: readonly TargetKind[] = ["operator", "kustomize", "halyard"];
/** Halyard creates them, and the Operator contains a Halyard. */
const HALYARD: readonly TargetKind[] = ["operator", "halyard"];
const KUSTOMIZE: readonly TargetKind[] = ["kustomize"];

const CLOUDDRIVER = { port: 7002, language: "java", calls: ["fiat", "front50"] } as const;
const CLOUDDRIVER_VARIANT = {
  ...CLOUDDRIVER,
  targets: HALYARD,
  variantOf: "clouddriver",
} as const;

const ECHO = {
  port: 8089,
  language: "java",
  calls: ["dinghy", "fiat", "front50", "igor", "keel", "orca"],
  outside: "Slack, Google Chat, Microsoft Teams, PagerDuty, GitHub, Jira and webhooks",
} as const;
const ECHO_VARIANT = { ...ECHO, targets: HALYARD, variantOf: "echo" } as const;

/**
 * The services: ports of Halyard and of the kustomize base, calls as each service's own configuration and clients name
 * them (spinnaker/spinnaker, main in autumn 2026; armory/dinghy 22bd44e4; Armory's documentation for terraformer). Deck
 * is not included: it only serves files to browsers, and takes no part in mutual TLS.
 */
const SERVICE_TABLE = {
  clouddriver: { ...CLOUDDRIVER, targets: EVERYWHERE },
  "clouddriver-caching": { ...CLOUDDRIVER_VARIANT, uncalled: true },
  "clouddriver-ro": CLOUDDRIVER_VARIANT,
  "clouddriver-ro-deck": CLOUDDRIVER_VARIANT,
  "clouddriver-rw": CLOUDDRIVER_VARIANT,
  dinghy: {
    port: 8081,
    language: "go",
    targets: HALYARD,
    calls: ["echo", "fiat", "front50", "orca"],
  },
  echo: { ...ECHO, targets: EVERYWHERE },
  "echo-scheduler": { ...ECHO_VARIANT, uncalled: true },
  "echo-worker": ECHO_VARIANT,
  fiat: {
    port: 7003,
    language: "java",
    targets: EVERYWHERE,
    calls: ["clouddriver", "front50", "igor"],
  },
  front50: { port: 8080, language: "java", targets: EVERYWHERE, calls: ["echo", "fiat"] },
  gate: {
    port: 8084,
    language: "java",
    targets: EVERYWHERE,
    calls: [
      "clouddriver",
      "echo",
      "fiat",
      "front50",
      "igor",
      "kayenta",
      "keel",
      "orca",
      "rosco",
      "terraformer",
    ],
    outside: "its proxies, Slack and PagerDuty",
    uncalled: true,
  },
  igor: {
    port: 8088,
    language: "java",
    targets: EVERYWHERE,
    calls: ["clouddriver", "echo", "fiat", "front50", "keel"],
    outside: "Jenkins, Travis, GitLab, GitHub, Bitbucket, Docker registries and artifact stores",
  },
  kayenta: {
    port: 8090,
    language: "java",
    targets: EVERYWHERE,
    calls: [],
    outside: "Prometheus, Datadog, New Relic and other metric stores",
  },
  keel: {
    port: 7010,
    language: "java",
    targets: KUSTOMIZE,
    calls: ["clouddriver", "echo", "fiat", "front50", "igor", "orca"],
  },
  orca: {
    port: 8083,
    language: "java",
    targets: EVERYWHERE,
    calls: [
      "clouddriver",
      "echo",
      "fiat",
      "front50",
      "igor",
      "kayenta",
      "keel",
      "rosco",
      "terraformer",
    ],
  },
  rosco: { port: 8087, language: "java", targets: EVERYWHERE, calls: ["clouddriver"] },
  terraformer: {
    port: 7088,
    language: "go",
    targets: HALYARD,
    calls: ["clouddriver", "fiat"],
  },
} as const satisfies Record<string, ServiceKind>;

export type ServiceName = keyof typeof SERVICE_TABLE;

/** All services in alphabetical order. */
export const SERVICE_NAMES = Object.keys(SERVICE_TABLE) as ServiceName[];

/** Services that run by default: those that every installation has. */
export const CORE_SERVICES: readonly ServiceName[] = [
  "clouddriver",
  "echo",
  "fiat",
  "front50",
  "gate",
  "igor",
  "orca",
  "rosco",
];

export function isServiceName(text: string): text is ServiceName {
  return Object.hasOwn(SERVICE_TABLE, text);
}

export function kindOf(name: ServiceName): ServiceKind {
  return SERVICE_TABLE[name];
}

/** Returns the services that answer calls to `name`: itself, and those that replace it. */
export function answering(name: string): ServiceName[] {
  return SERVICE_NAMES.filter((candidate) => {
    const { variantOf, uncalled } = kindOf(candidate);
    return candidate === name || (variantOf === name && !uncalled);
  });
}

/** O of the certificates of Spinnaker's services. No service uses it. */
export const ORGANIZATION = "Spinnaker";

/** Returns the name of a service as a party, for people. */
export function partyOf(service: ServiceName): string {
  return `${ORGANIZATION} ${service}`;
}

/** The section of the configuration for a service. */
export function sourceOf(service: ServiceName): string {
  return `spinnaker.services.${service}`;
}
