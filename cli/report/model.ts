import type { ServerMode } from "../../facts";
import type { Maybe, Secret, Unknown } from "./value";

/** Effects of a pull request on identities, trust and releases. Everything in it is public. */
export interface Report {
  /** Time of the report, RFC 3339 in UTC. */
  readonly at: string;
  /** In the order in which they were requested. */
  readonly stacks: readonly StackReport[];
}

export interface StackReport {
  readonly stack: string;
  /** Why its preview failed, e.g. because a request is refused. Nothing is then known of its resources. */
  readonly failure?: string | undefined;
  /** Only those that change, by owner. */
  readonly certificates: readonly CertificateChange[];
  /** Only those whose trust changes, by party. */
  readonly trust: readonly TrustChange[];
  /** Parties that lose or get access. */
  readonly access: readonly AccessChange[];
  /** Only those whose mode changes; steps back first. */
  readonly servers: readonly ServerChange[];
  /** Only those that change, by party. */
  readonly releases: readonly ReleaseChange[];
  /** Workloads outside of releases; only those that change, by kind and name. */
  readonly workloads: readonly WorkloadChange[];
  /** What destroys or breaks something, worst first. */
  readonly dangers: readonly Danger[];
  /** Parties without a certificate, to which this stack's `up` alone cannot give one. The notices say why. */
  readonly waiting?: readonly string[] | undefined;
  /** Services without a certificate, like those. */
  readonly waitingServices?: readonly string[] | undefined;
  /** Components that wait for what goes into their certificates. */
  readonly waitingComponents?: readonly string[] | undefined;
  /** Notices of the report, and messages of the program and the engine. */
  readonly notices: readonly Notice[];
  /** All certificates and CAs after the change. */
  readonly lifetimes: readonly Lifetime[];
  /** Who presents which certificate to whom after the change; for a diagram. */
  readonly connections: readonly Connection[];
  /** Numbers of the stack's resources that are created, updated, replaced and deleted. */
  readonly operations: Readonly<Record<"create" | "update" | "replace" | "delete", number>>;
}

/** `re-keyed`: another key. `replaced`: other content, same key. `renewed`: same content and key, for longer. */
export type CertificateOperation = "issued" | "renewed" | "re-keyed" | "replaced" | "withdrawn";

export interface CertificateChange {
  readonly operation: CertificateOperation;
  readonly kind: "leaf" | "authority";
  /** The party that holds it; for a CA, its name. */
  readonly owner: string;
  /** Name of its component; for a CA, the id of its generation. */
  readonly name: string;
  /** In the form of RFC 4514. */
  readonly subject: Maybe<string>;
  /** Subject alternative names, e.g. `DNS:orchestrator.example`. */
  readonly names: Maybe<NameChanges>;
  /** E.g. `ECDSA-P256`. */
  readonly key: Change<Maybe<string>>;
  /** Generation of the CA, e.g. `g1`, or its subject if it belongs to another stack. */
  readonly issuer: Change<string>;
  /** Expiry of the current certificate, RFC 3339 in UTC; undefined if there is none. */
  readonly expires: string | undefined;
  /** Validity of the new certificate; undefined if there is none. */
  readonly validity: Validity | undefined;
  /** SHA-256 of the current certificate; undefined if there is none. */
  readonly fingerprint: string | undefined;
  /** Reasons for the change, the most important first. */
  readonly reasons: readonly Reason[];
}

/** Hours from the `up` on, or the expiry date if the certificate exists already. */
export type Validity = { readonly hours: number } | { readonly until: string };

/** A value before and after; undefined on a side where there is none. */
export interface Change<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

export interface NameChanges {
  readonly kept: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface Reason {
  readonly code:
    | "first"
    | "renewal-window"
    | "expired"
    | "request"
    | "names"
    | "key"
    | "issuer"
    | "validity"
    | "usage"
    | "removed"
    | "needless"
    | "received"
    | "provider"
    | "unknown";
  /** A clause, e.g. `entered its renewal window on 2026-01-05`. */
  readonly text: string;
  /** The line of the configuration that causes it. */
  readonly source?: ConfigLine | undefined;
}

export interface ConfigLine {
  /** E.g. `countersign:orchestrator.dnsNames[0]`. */
  readonly key: string;
  /** E.g. `Pulumi.dev.yaml`; undefined if there is no such file. */
  readonly file?: string | undefined;
  /** Counted from 1. */
  readonly line?: number | undefined;
}

/** A CA generation as a consumer sees it. */
export interface Generation {
  readonly id: string;
  readonly name: string;
  readonly fingerprint: Maybe<string>;
}

export interface TrustChange {
  readonly party: string;
  /** Whether another stack deploys it. */
  readonly elsewhere: boolean;
  readonly before: readonly Generation[];
  readonly after: readonly Generation[];
}

export interface AccessChange {
  readonly party: string;
  readonly server: string;
  readonly change: "gets" | "loses";
  /** Whether the party is a service with its own server. Otherwise it is an organization, unless `kind` is set. */
  readonly isServer?: boolean | undefined;
  /** Kind of a party that is neither. */
  readonly kind?: "component" | "service" | undefined;
}

/** A server that requires something else of its callers than before. */
export interface ServerChange {
  readonly party: string;
  readonly before: ServerMode;
  readonly after: ServerMode;
  /** The parties that dial it after the change. */
  readonly callers: readonly string[];
}

export interface Connection {
  readonly client: string;
  readonly server: string;
  /** Names of the generations that issue the certificates of both ends. */
  readonly clientIssuer: string | undefined;
  readonly serverIssuer: string | undefined;
  /** Whether each end will trust the other, or not check it; undefined if unknown. */
  readonly clientTrustsServer: boolean | undefined;
  readonly serverTrustsClient: boolean | undefined;
}

export interface ReleaseChange {
  readonly party: string;
  /** Name of the Helm release. */
  readonly name: string;
  readonly namespace: Maybe<string>;
  readonly operation: "installed" | "upgraded" | "replaced" | "removed";
  /** Workloads whose pods are replaced, e.g. `Deployment orchestrator-server`; unknown if the manifests are. */
  readonly rolls: Maybe<readonly string[]>;
  /** Content that its chart generates at random in every upgrade, whatever else changes. */
  readonly redraws: readonly Redraw[];
  /** Clauses, e.g. `the certificate of MyOrg1MSP is renewed`. */
  readonly why: readonly string[];
  readonly chart: Change<Chart>;
  readonly values: readonly ValueChange[];
  readonly manifests: ManifestChanges;
}

export interface Redraw {
  /** Kind and name, e.g. `Secret backend-server-key`. */
  readonly object: string;
  /** E.g. `SECRET_KEY`, `spec.host`. */
  readonly fields: readonly string[];
  /** The consequence for people, as a clause; undefined if it is not documented. */
  readonly consequence: string | undefined;
  /** Whether a template may find the current content in the cluster, and keep it. */
  readonly mayStay: boolean;
}

export interface Chart {
  readonly name: string;
  /** Exact version; undefined if the chart states none. */
  readonly version: string | undefined;
  /** Folder or repository. */
  readonly from: string;
}

export interface ValueChange {
  /** E.g. `orchestrator.tls.cacert`. */
  readonly path: string;
  readonly before: ShownValue | undefined;
  readonly after: ShownValue | undefined;
}

/** A value, a mark that it is secret or not known yet, or the resource whose name it will be. */
export type ShownValue =
  { readonly text: string } | Secret | Unknown | { readonly newNameOf: string };

export type ManifestChanges =
  | { readonly objects: readonly ObjectChange[]; readonly notes: readonly string[] }
  /** Why they are not available, as a clause. */
  | { readonly unavailable: string };

export interface ObjectChange {
  readonly kind: string;
  readonly name: string;
  readonly operation: "added" | "removed" | "changed";
  /** Unified diff without a header and without the data of Secrets. */
  readonly diff: string;
  /** Where a removed object keeps its data. @default - it has none, or that is not known */
  readonly data?: KeptData | undefined;
}

export interface KeptData {
  /** Names of persistent volume claims. */
  readonly claims: readonly string[];
  /** Whether they are deleted with the object; otherwise they stay behind. */
  readonly isLost: boolean;
}

/** A Deployment or the like that the stack deploys itself, or an object from which an operator creates workloads. */
export interface WorkloadChange {
  /** E.g. `Deployment`. */
  readonly kind: string;
  readonly name: string;
  readonly namespace: Maybe<string>;
  readonly operation: "added" | "changed" | "replaced" | "removed";
  /** Whether pods are replaced; unknown if an operator decides that. */
  readonly rolls: Maybe<boolean>;
  /** Clauses, e.g. `the certificate of echo is renewed`. */
  readonly why: readonly string[];
  /** Changes in its `spec`. */
  readonly values: readonly ValueChange[];
}

export interface Danger {
  /** `destructive` loses something that no `up` restores, `breaking` cuts a connection. */
  readonly kind: "breaking" | "destructive";
  /** One sentence. */
  readonly text: string;
  /** What to do instead. */
  readonly todo: string;
}

export interface Notice {
  readonly severity: "warning" | "info";
  readonly text: string;
}

export interface Lifetime {
  readonly kind: "leaf" | "authority";
  readonly owner: string;
  /** Name of its component; for a CA, the id of its generation. */
  readonly name: string;
  /** RFC 3339; unknown until the `up` that issues it. */
  readonly notBefore: Maybe<string>;
  readonly notAfter: Maybe<string>;
  /** Hours of its validity if this `up` issues it. */
  readonly hours: number | undefined;
  /** Hours before expiry at which it is renewed; undefined if nobody renews it. */
  readonly renewBeforeHours: number | undefined;
}
