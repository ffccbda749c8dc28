import type { Command } from "commander";
import type { FileExchange } from "../command/file-exchange";
import type { StackDocument } from "../command/stack-outputs";
import type { ConfiguredSystem, Schemas } from "../config/system";
import type { Check } from "./check";
import type { Cluster } from "./cluster/api";

/** A system's outputs in one of several stacks. */
export interface Found<Outputs> {
  readonly origin: string;
  readonly outputs: Outputs;
}

/** Access to what a system deployed. */
export interface Reach {
  /** Undefined if the system has nothing in a cluster. */
  readonly cluster: Cluster | undefined;
  /** The time at which certificates must be valid. */
  readonly at: Date;
}

/** A kind of object from which an operator creates workloads. */
export interface OperatedKind {
  /** Its Pulumi type. */
  readonly type: RegExp;
  /** Everything that is lost with an object, e.g. `all of Spinnaker`. @default - only the object */
  readonly holds?: string;
  /** Field of its `spec` that contains the users' settings. @default - `spec` itself */
  readonly settings?: string;
}

/** A party whose certificate another stack signs. */
export interface SignedParty {
  readonly party: string;
  /** The stack that signs; undefined if certificates come as files. */
  readonly signer: string | undefined;
  /** Name of the key that needs a certificate. */
  readonly key: string;
}

/**
 * Links between stacks of a system, by which the command updates many stacks in the right order. Configurations are
 * values of a stack file by full key, e.g. `countersign:organizations`; what is invalid is ignored, since the program
 * reports it.
 */
export interface StackLinks {
  /** Reads the parties whose certificates other stacks sign. */
  signed(config: Readonly<Record<string, unknown>>): readonly SignedParty[];
  /** Reads the names of the stacks whose published requests this stack signs. */
  requestsFrom(config: Readonly<Record<string, unknown>>): readonly string[];
  /** Reads the names of the keys for which a stack has published requests, by party. */
  published(outputs: unknown): ReadonlyMap<string, string>;
}

/** A system, as seen by the command. */
export interface CommandSystem<
  Outputs = unknown,
  Settings = unknown,
  S extends Schemas = Schemas,
> extends ConfiguredSystem<Settings, S> {
  /**
   * Reads the system's outputs.
   *
   * @returns undefined if the stack does not have the system.
   * @throws CannotCheck if these are not the outputs of a deployed stack.
   */
  read(document: StackDocument): Outputs | undefined;
  /**
   * Merges the system's outputs in several stacks.
   *
   * @throws CannotCheck if two of them have the same part.
   * @default - one stack has the whole system
   */
  merge?(found: readonly Found<Outputs>[]): Outputs;
  inCluster(outputs: Outputs): boolean;
  /** Checks what is deployed, and reports the parties that wait. */
  verify(outputs: Outputs, reach: Reach): Promise<readonly Check[]>;
  /**
   * Returns titles of parties, by party. @default - their names
   *
   * @param folded whether parties of which all checks hold get one line each.
   */
  titles?(
    outputs: Outputs,
    checks: readonly Check[],
    folded: boolean,
  ): Iterable<readonly [party: string, title: string]>;
  /** @default - each of its stacks is complete in itself */
  readonly links?: StackLinks;
  /** Files that its parties exchange with other stacks. @default - none */
  readonly exchange?: FileExchange;
  /** The system's own kinds, for reports. @default - none */
  readonly kinds?: readonly OperatedKind[];
  /** Commands besides those that all systems share. */
  readonly commands: readonly Command[];
}
