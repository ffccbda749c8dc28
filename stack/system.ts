import type { ProviderResource } from "@pulumi/pulumi";
import type { CertificateAuthority } from "../components/pki";
import type { ChartValues } from "../components/kubernetes/helm/chart";
import type { NamespaceHandle } from "../components/kubernetes";
import type { StackMemory } from "../components/stack-memory";
import type { ConfiguredSystem, NamespaceClaim, Schemas } from "../config/system";

/** Returns one handle for each namespace, regardless of how many systems share it. */
export type NamespaceOf = (owner: {
  readonly namespace: string;
  readonly createNamespace: boolean;
}) => NamespaceHandle;

/** Facts about the stack that a system uses to check its next step, before anything is registered. */
interface Before {
  readonly memory: StackMemory;
  /** Whether the stack has a CA of its own. */
  readonly signs: boolean;
}

/** Parts of the stack that a system is built on. */
export interface Foundation {
  /** The stack's CA; undefined if other stacks sign for it. */
  readonly authority: CertificateAuthority | undefined;
  readonly namespaceOf: NamespaceOf;
  /** Returns the provider that changes Secrets and ConfigMaps in place; the first call creates it. */
  readonly inPlace: () => ProviderResource;
}

/** Outputs of a system. Unless they are secrets, anyone can read them, as other stacks and `countersign` do. */
export interface SystemOutputs {
  /** Certificates, below `certificates`. */
  readonly certificates: Readonly<Record<string, unknown>>;
  /** Helm releases, below `releases`. */
  readonly releases?: Readonly<Record<string, unknown>>;
  /** Other outputs, by their names. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** A system that has been checked and can be deployed as configured. */
export interface Prepared {
  /** Namespaces that it uses now; without any, it has nothing in a cluster. @default - all that it claims */
  readonly namespaces?: readonly NamespaceClaim[];
  readonly warnings?: readonly string[];
  /** Lines that are not warnings, such as what the system waits for. */
  readonly notices?: readonly string[];
  /** Reasons why parties wait for a certificate, by party. */
  readonly waiting?: ReadonlyMap<string, string>;
  /** Registers the resources. */
  deploy(on: Foundation): SystemOutputs;
}

/** Marks the chart values that the stack's configuration encrypts as secrets. */
export type MarkValues = (
  values: ChartValues,
  section: string,
  path: readonly string[],
) => ChartValues;

/** Contract of a system's program. */
export interface ProgramSystem<
  Settings = unknown,
  S extends Schemas = Schemas,
> extends ConfiguredSystem<Settings, S> {
  /** @returns the settings with their chart values marked. @default - it has no chart values */
  withSecretValues?(settings: Settings, mark: MarkValues): Settings;
  /**
   * Checks the step from what is deployed to what is configured. Nothing is registered yet.
   *
   * @throws ConfigError if the step would cut off what is deployed.
   */
  prepare(settings: Settings, before: Before): Prepared | Promise<Prepared>;
}
