import type { z } from "zod";
import type { Consumers, Leaf } from "../x509/consumers";
import type { AuthorityConfig } from "./authority";
import type { Problem } from "./problems";

/** Schemas of a system's sections, by their keys below `countersign:`. */
export type Schemas = Readonly<Record<string, z.ZodType>>;

/** Sections as their schemas read them; those that a stack does not have are undefined. */
export type Sections<S extends Schemas> = { readonly [Key in keyof S]?: z.output<S[Key]> };

/** Readers of a system's certificates, by the TLS library that they read them with. */
export interface Readers {
  /** Those that verify servers: a server's certificate must please all of them. */
  readonly ofServers: Consumers;
  /** Those that verify clients. */
  readonly ofClients: Consumers;
}

/** `countersign verify` opens the connections that the others open. */
export const VERIFY: Consumers = { OpenSSL: "countersign verify" };

/** A part of the configuration that puts objects into a namespace. */
export interface NamespaceClaim {
  readonly path: readonly string[];
  readonly namespace: string;
  readonly createNamespace: boolean;
}

/** Facts that the rules for all systems need to know of one. */
export interface Claims {
  readonly namespaces: readonly NamespaceClaim[];
  /** Lifetimes of the certificates that the stack's CA signs, by the path above `certificate.validity`. */
  readonly lifetimes: readonly { readonly path: readonly string[]; readonly hours: number }[];
  /** Certificates that the stack's CA signs. */
  readonly leaves: readonly Leaf[];
}

/** A system as the configuration knows it. */
export interface ConfiguredSystem<Settings = unknown, S extends Schemas = Schemas> {
  /** Name for people, e.g. `Spinnaker`. */
  readonly title: string;
  readonly sections: S;
  readonly readers: Readers;
  /** @returns the sections with all that follows from them; undefined if the stack does not have the system. */
  resolve(sections: Sections<S>, clusterDomain: string): Settings | undefined;
  /** Problems that show only when the sections are seen together, or with the CA. */
  problems(settings: Settings, authority: AuthorityConfig | undefined): readonly Problem[];
  claims(settings: Settings): Claims;
}

/** A system that a stack has, with its settings. */
export interface Configured<System extends ConfiguredSystem = ConfiguredSystem> {
  readonly system: System;
  readonly settings: unknown;
}

/** What one stack owns. */
export interface StackConfig<System extends ConfiguredSystem = ConfiguredSystem> {
  readonly authority: AuthorityConfig | undefined;
  /** The systems that it has, in the order of the list. */
  readonly systems: readonly Configured<System>[];
}
