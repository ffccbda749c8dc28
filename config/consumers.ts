import type { Consumers, Leaf } from "../x509/consumers";
import type { Configured } from "./system";

/** Returns all consumers that trust a stack's CA, by library; several systems can use one library. */
export function trustersOf(systems: readonly Configured[]): Consumers {
  const names = new Map<string, Set<string>>();
  for (const { readers } of systems.map(({ system }) => system))
    for (const [library, who] of [
      ...Object.entries(readers.ofServers),
      ...Object.entries(readers.ofClients),
    ])
      names.set(library, new Set([...(names.get(library) ?? []), who]));
  return Object.fromEntries([...names].map(([library, who]) => [library, [...who].join(", ")]));
}

/** A server's certificate. */
export function serverLeaf(dnsNames: readonly string[], ipAddresses: readonly string[] = []): Leaf {
  return { purpose: "serverAuth", dnsNames, ipAddresses };
}

/** A certificate for a server and one for a client, with the same names. */
export function bothLeaves(dnsNames: readonly string[]): Leaf[] {
  return [serverLeaf(dnsNames), { purpose: "clientAuth", dnsNames, ipAddresses: [] }];
}

/** A client's certificate: servers do not check its names. */
export const CLIENT_LEAF: Leaf = { purpose: "clientAuth", dnsNames: [], ipAddresses: [] };
