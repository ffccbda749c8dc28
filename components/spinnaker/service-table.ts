/** How a service is written, which decides what it reads: Spring Boot with PKCS#12 stores, or Go with PEM. */
export type Language = "java" | "go";

/** Who turns our description into a running Spinnaker. */
export type TargetKind = "operator" | "kustomize" | "halyard";

/** A service as Spinnaker has it, before any configuration. */
export interface ServiceKind {
  /** The port of its HTTP server. */
  readonly port: number;
  readonly language: Language;
  /** The targets that have it under a name of their own; elsewhere its host must be given. */
  readonly targets: readonly TargetKind[];
  /** The services that it calls. */
  readonly calls: readonly string[];
  /** What it calls outside of Spinnaker by clients that know no CA but those of its trust store. */
  readonly outside?: string;
  /** The service for which it stands in where that is highly available. */
  readonly variantOf?: string;
  /** Whether no service calls it. */
  readonly uncalled?: true;
}

const EVERYWHERE: readonly TargetKind[] = ["operator", "kustomize", "halyard"];
/** Halyard makes them, and the Operator has a Halyard inside. */
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
 * them (spinnaker/spinnaker, main in autumn 2026; armory/dinghy 22bd44e4; Armory's documentation for terraformer).
 * Deck is not among them: it is files for browsers, and has no side in mutual TLS.
 */
export const SERVICE_TABLE = {
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

/** All services, in the order of their names. */
export const SERVICE_NAMES = Object.keys(SERVICE_TABLE) as ServiceName[];

/** What runs if nothing is said: what every installation has. */
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

/** The services that answer where `name` is called: itself, and those that stand in for it. */
export function answering(name: string): ServiceName[] {
  return SERVICE_NAMES.filter((candidate) => {
    const { variantOf, uncalled } = kindOf(candidate);
    return candidate === name || (variantOf === name && !uncalled);
  });
}
