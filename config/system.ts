import type { z } from "zod";
import type { Leaf } from "../x509/consumers/check";
import type { Consumers } from "../x509/consumers/rules";
import type { AuthorityConfig } from "./authority";
import type { Problem } from "./problems";

/** Schemas of a system's sections, by their keys below `countersign:`. */
export type Schemas = Readonly<Record<string, z.ZodType>>;

/** Parsed sections; those that a stack does not have are undefined. */
export type Sections<S extends Schemas> = {
  readonly [Key in keyof S]?: z.output<S[Key]> | undefined;
};

/** Readers of a system's certificates, by the TLS library that they use. */
export interface Readers {
  /** Those that verify servers: all of them must accept a server's certificate. */
  readonly ofServers: Consumers;
  /** Those that verify clients. */
  readonly ofClients: Consumers;
}

/** The reader `countersign verify`, which opens the same connections as the other readers. */
export const VERIFY: Consumers = { OpenSSL: "countersign verify" };

/** A part of the configuration that puts objects into a namespace. */
export interface NamespaceClaim {
  readonly path: readonly string[];
  readonly namespace: string;
  readonly createNamespace: boolean;
}

/** Facts about a system that the rules for all systems use. */
export interface Claims {
  readonly namespaces: readonly NamespaceClaim[];
  /** Lifetimes of the certificates that the stack's CA signs, by the path above `certificate.validity`. */
  readonly lifetimes: readonly { readonly path: readonly string[]; readonly hours: number }[];
  /** Certificates that the stack's CA signs. */
  readonly leaves: readonly Leaf[];
}

/** Contract of a system's configuration. */
export interface ConfiguredSystem<Settings = unknown, S extends Schemas = Schemas> {
  /** Name for people, e.g. `Spinnaker`. */
  readonly title: string;
  readonly sections: S;
  readonly readers: Readers;
  /** @returns the sections with everything derived from them; undefined if the stack does not have the system. */
  resolve(sections: Sections<S>, clusterDomain: string): Settings | undefined;
  /** Problems that appear only when the sections are checked together, or with the CA. */
  problems(settings: Settings, authority: AuthorityConfig | undefined): readonly Problem[];
  claims(settings: Settings): Claims;
}

/** A system that a stack has, with its settings. */
export interface Configured<System extends ConfiguredSystem = ConfiguredSystem> {
  readonly system: System;
  readonly settings: unknown;
}

/** The configuration of one stack. */
export interface StackConfig<System extends ConfiguredSystem = ConfiguredSystem> {
  readonly authority: AuthorityConfig | undefined;
  /** The systems that it has, in the order of the list of systems. */
  readonly systems: readonly Configured<System>[];
}

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
