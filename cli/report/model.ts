import type { ServerMode } from "../../facts";
import type { Maybe, Secret, Unknown } from "./value";

/** What a pull request does to identities, trust and releases. Everything in it is public. */
export interface Report {
  /** When it was made, RFC 3339 in UTC. */
  readonly at: string;
  /** In the order in which they were asked for. */
  readonly stacks: readonly StackReport[];
}

export interface StackReport {
  readonly stack: string;
  /** Why its preview failed, e.g. because a request is refused: then there is nothing else. */
  readonly failure?: string | undefined;
  /** Only those that change, by owner. */
  readonly certificates: readonly CertificateChange[];
  /** Only those whose trust changes, by party. */
  readonly trust: readonly TrustChange[];
  /** Parties that lose their access, or get it. */
  readonly access: readonly AccessChange[];
  /** Only those that speak otherwise than now; steps back first. */
  readonly servers: readonly ServerChange[];
  /** Only those that change, by party. */
  readonly releases: readonly ReleaseChange[];
  /** Of those that no release has, only those that change, by kind and name. */
  readonly workloads: readonly WorkloadChange[];
  /** What breaks something or destroys something, worst first. */
  readonly dangers: readonly Danger[];
  /** Parties that have no certificate yet, and cannot get one by this stack's `up` alone; why is among the notices. */
  readonly waiting?: readonly string[] | undefined;
  /** The same of components that wait for what goes into their certificates. */
  readonly waitingComponents?: readonly string[] | undefined;
  /** What the program and the engine said. */
  readonly notices: readonly Notice[];
  /** Every certificate and CA, as they will be. */
  readonly lifetimes: readonly Lifetime[];
  /** Who presents what to whom, as it will be; for a diagram. */
  readonly connections: readonly Connection[];
  /** How many resources of the stack are created, updated, replaced, deleted. */
  readonly operations: Readonly<Record<"create" | "update" | "replace" | "delete", number>>;
}

/** `re-keyed` has another key, `replaced` says something else with the same key, `renewed` says the same for longer. */
export type CertificateOperation = "issued" | "renewed" | "re-keyed" | "replaced" | "withdrawn";

export interface CertificateChange {
  readonly operation: CertificateOperation;
  readonly kind: "leaf" | "authority";
  /** The party that has it; for a CA its name. */
  readonly owner: string;
  /** Name of its component; for a CA the id of its generation. */
  readonly name: string;
  /** In RFC 4514's form. */
  readonly subject: Maybe<string>;
  /** Subject alternative names, e.g. `DNS:orchestrator.example`. */
  readonly names: Maybe<NameChanges>;
  /** E.g. `ECDSA-P256`. */
  readonly key: Change<Maybe<string>>;
  /** Generation of the CA, e.g. `g1`, or its subject where it is another stack's. */
  readonly issuer: Change<string>;
  /** End of the current one, RFC 3339 in UTC; undefined if there is none. */
  readonly expires: string | undefined;
  /** The life of the new one, or undefined if there is none. */
  readonly validity: Validity | undefined;
  /** SHA-256 of the current one; undefined if there is none. */
  readonly fingerprint: string | undefined;
  /** Why, the most important first. */
  readonly reasons: readonly Reason[];
}

/** Hours from the `up` on, or until when, where the certificate exists already. */
export type Validity = { readonly hours: number } | { readonly until: string };

/** What is only on one side is undefined on the other. */
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
  /** E.g. `Pulumi.dev.yaml`; undefined where there is no such file. */
  readonly file?: string | undefined;
  /** From 1. */
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
  /** Whether the party has a server itself, as one service among others; else it is an organization, if nothing else is said. */
  readonly isServer?: boolean | undefined;
  /** What else the party is. */
  readonly kind?: "component" | undefined;
}

/** A server that asks something else of its callers than before. */
export interface ServerChange {
  readonly party: string;
  readonly before: ServerMode;
  readonly after: ServerMode;
  /** The parties that dial it, as they will be. */
  readonly callers: readonly string[];
}

export interface Connection {
  readonly client: string;
  readonly server: string;
  /** Names of the generations that sign for both ends. */
  readonly clientIssuer: string | undefined;
  readonly serverIssuer: string | undefined;
  /** Whether each end will trust the other, or not look at it; undefined where that is not known. */
  readonly clientTrustsServer: boolean | undefined;
  readonly serverTrustsClient: boolean | undefined;
}

export interface ReleaseChange {
  readonly party: string;
  /** Of the Helm release. */
  readonly name: string;
  readonly namespace: Maybe<string>;
  readonly operation: "installed" | "upgraded" | "replaced" | "removed";
  /** Workloads whose pods are replaced, e.g. `Deployment orchestrator-server`; unknown if the manifests are. */
  readonly rolls: Maybe<readonly string[]>;
  /** What else it touches: its chart draws that at random in every upgrade, whatever changes. */
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
  /** What it does to people, as a clause; undefined where nobody has written that down. */
  readonly consequence: string | undefined;
  /** Whether a template may find the last one in the cluster, and keep it. */
  readonly mayStay: boolean;
}

export interface Chart {
  readonly name: string;
  /** Exact version; undefined where the chart says none. */
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

/** A value, that it is secret or not known yet, or of which resource it will be the name. */
export type ShownValue =
  { readonly text: string } | Secret | Unknown | { readonly newNameOf: string };

export type ManifestChanges =
  | { readonly objects: readonly ObjectChange[]; readonly notes: readonly string[] }
  /** Why they could not be had, as a clause. */
  | { readonly unavailable: string };

export interface ObjectChange {
  readonly kind: string;
  readonly name: string;
  readonly operation: "added" | "removed" | "changed";
  /** Unified, without a header; data of Secrets is not in it. */
  readonly diff: string;
  /** Where one that is removed has its data. @default - it has none, or that is not known */
  readonly data?: KeptData | undefined;
}

export interface KeptData {
  /** Names of persistent volume claims. */
  readonly claims: readonly string[];
  /** Whether they go with the object; else they stay behind without it. */
  readonly isLost: boolean;
}

/** A Deployment or the like that the stack deploys as an object of its own, or what an operator makes some of. */
export interface WorkloadChange {
  /** E.g. `Deployment`. */
  readonly kind: string;
  readonly name: string;
  readonly namespace: Maybe<string>;
  readonly operation: "added" | "changed" | "replaced" | "removed";
  /** Whether pods are replaced; unknown where an operator decides on it. */
  readonly rolls: Maybe<boolean>;
  /** Clauses, e.g. `the certificate of echo is renewed`. */
  readonly why: readonly string[];
  /** What changes in its `spec`. */
  readonly values: readonly ValueChange[];
}

export interface Danger {
  /** `destructive` loses something that an `up` does not bring back, `breaking` cuts a connection. */
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
  /** Name of its component; for a CA the id of its generation. */
  readonly name: string;
  /** RFC 3339; unknown until the `up` that issues it. */
  readonly notBefore: Maybe<string>;
  readonly notAfter: Maybe<string>;
  /** Hours of its life where it is issued by this `up`. */
  readonly hours: number | undefined;
  /** Hours before its end at which it is renewed; undefined if nobody renews it. */
  readonly renewBeforeHours: number | undefined;
}
