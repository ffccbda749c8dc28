import { orchestratorDnsNames } from "../components/substra/names";
import type { Consumers, Leaf } from "../x509/consumers";
import type { StackConfig } from ".";

/** Readers of a system's certificates, by the TLS library that they read them with. */
interface Readers {
  /** Those that verify servers: what a server shows must please all of them. */
  readonly ofServers: Consumers;
  /** Those that verify clients. */
  readonly ofClients: Consumers;
}

/** `countersign verify` opens the connections that the others open. */
const VERIFY: Consumers = { OpenSSL: "countersign verify" };

/**
 * Who reads what in each system. Sources: Substra/orchestrator lib/utils and its probe in Go, Substra/substra-backend
 * backend/orchestrator/client.py with grpcio; kork and go-yaml-tools; WSO2's product-microgateway: router (Envoy), enforcer
 * (Netty on JSSE), adapter (Go); components of Choreo in the languages of its sample and guides.
 */
const READERS = {
  substra: {
    ofServers: { BoringSSL: "the backends", Go: "the orchestrator", ...VERIFY },
    ofClients: { Go: "the orchestrator" },
  },
  spinnaker: {
    ofServers: { Java: "services in Java", Go: "services in Go", ...VERIFY },
    ofClients: { Java: "services in Java", Go: "services in Go", ...VERIFY },
  },
  choreo: {
    ofServers: { Go: "components in Go", Java: "in Java", OpenSSL: "in Node.js and Python" },
    ofClients: { Go: "components in Go", Java: "in Java", OpenSSL: "in Node.js and Python" },
  },
  choreoConnect: {
    ofServers: { BoringSSL: "the router", Java: "the enforcer", Go: "the adapter", ...VERIFY },
    ofClients: { BoringSSL: "the router", Java: "the enforcer", Go: "the adapter", ...VERIFY },
  },
} satisfies Record<string, Readers>;

/** Name of a system that is configured. */
export type System = keyof typeof READERS;

/** Readers of a system's certificates. */
export function readersOf(system: System): Readers {
  return READERS[system];
}

/** The systems that a stack's CA signs for. */
export function systemsOf(config: StackConfig): System[] {
  const { orchestrator, organizations, enrollments } = config;
  const isSubstra = orchestrator !== undefined || organizations.size > 0 || enrollments.size > 0;
  return [
    ...(isSubstra ? (["substra"] as const) : []),
    ...(["spinnaker", "choreo", "choreoConnect"] as const).filter((system) => config[system]),
  ];
}

/** All that trust a stack's CA; where several systems read by one library, all of them. */
export function trustersOf(config: StackConfig): Consumers {
  const names = new Map<string, Set<string>>();
  for (const { ofServers, ofClients } of systemsOf(config).map(readersOf))
    for (const [library, who] of [...Object.entries(ofServers), ...Object.entries(ofClients)])
      names.set(library, new Set([...(names.get(library) ?? []), who]));
  return Object.fromEntries([...names].map(([library, who]) => [library, [...who].join(", ")]));
}

/** Everything that a stack's CA is to sign. */
export function leavesOf(config: StackConfig): Leaf[] {
  const { orchestrator, spinnaker, choreo, choreoConnect } = config;
  const both = (dnsNames: readonly string[], ipAddresses: readonly string[] = []): Leaf[] => [
    { purpose: "serverAuth", dnsNames, ipAddresses },
    { purpose: "clientAuth", dnsNames, ipAddresses },
  ];
  const client: Leaf = { purpose: "clientAuth", dnsNames: [], ipAddresses: [] };
  return [
    ...(orchestrator ? both(orchestratorDnsNames(orchestrator)) : []),
    ...[...config.organizations.values()].flatMap(({ issuance }) =>
      issuance.kind === "here" ? [client] : [],
    ),
    ...[...config.enrollments.values()].map(() => client),
    ...[...(spinnaker?.installation.services.values() ?? [])].flatMap(({ dnsNames }) =>
      both(dnsNames),
    ),
    ...[...(choreo?.described.values() ?? [])].flatMap(({ server, client: calls }): Leaf[] => [
      ...(server
        ? [{ purpose: "serverAuth" as const, dnsNames: server.dnsNames, ipAddresses: [] }]
        : []),
      ...(calls ? [client] : []),
    ]),
    ...Object.values(choreoConnect?.gateway.dnsNames ?? {}).flatMap((names) => both(names)),
    ...[...(choreoConnect?.gateway.backends.values() ?? [])].flatMap((backend): Leaf[] => {
      const { certificate, dnsNames, ipAddresses } = backend;
      return certificate.kind === "issued"
        ? [{ purpose: "serverAuth", dnsNames, ipAddresses }]
        : [];
    }),
  ];
}
