import type { Delivery, PerMaterial } from "./places";

/** Modes of a server: it admits only clients with a certificate of the project's CA, or everybody over TLS. */
export const CLIENT_MODES = ["mutual-tls", "tls"] as const;
export type ClientMode = (typeof CLIENT_MODES)[number];

export interface ServerSettings {
  /** The project URL that Choreo's console shows after the first deployment. @default - not known yet */
  readonly projectUrl?: string | undefined;
  /** Names in its certificate besides the URL's host. @default - none */
  readonly dnsNames?: readonly string[] | undefined;
  /** Whether the server asks for certificates. @default "mutual-tls" */
  readonly clients?: ClientMode | undefined;
}

export interface ClientSettings {
  /** CN of its certificate, by which servers recognize it; unique in the project. */
  readonly identity: string;
  /** The variable that holds a server's URL, by the server component that it calls; at least one. */
  readonly calls: Readonly<Record<string, string>>;
}

/** Settings of one component: it serves, it calls, or both. */
export interface ComponentSettings {
  readonly server?: ServerSettings | undefined;
  readonly client?: ClientSettings | undefined;
  /** How materials are delivered. @default "files" */
  readonly delivery?: Delivery | undefined;
  /** Absolute mount paths. @default - those of WSO2's sample */
  readonly mounts?: Partial<PerMaterial<string | undefined>> | undefined;
  /** Names of variables. @default - those of WSO2's sample */
  readonly variables?: Partial<PerMaterial<string | undefined>> | undefined;
}
