import type { Command } from "commander";
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
  /** The time by which certificates are judged. */
  readonly at: Date;
}

/** A kind of object that an operator makes workloads of. */
export interface OperatedKind {
  /** Its type in Pulumi. */
  readonly type: RegExp;
  /** Everything that is lost with an object, e.g. `all of Spinnaker`. @default - the object alone */
  readonly holds?: string;
  /** Field of its `spec` whose fields people change. @default - `spec` itself */
  readonly settings?: string;
}

/** A system as the command knows it. */
export interface CommandSystem<
  Outputs = unknown,
  Settings = unknown,
  S extends Schemas = Schemas,
> extends ConfiguredSystem<Settings, S> {
  /**
   * @returns undefined if the stack does not have the system.
   * @throws CannotCheck if these are not the outputs of a deployed stack.
   */
  read(document: StackDocument): Outputs | undefined;
  /**
   * Joins what several stacks have of the system.
   *
   * @throws CannotCheck if two of them have the same.
   * @default - one stack has all of it
   */
  merge?(found: readonly Found<Outputs>[]): Outputs;
  inCluster(outputs: Outputs): boolean;
  /** Checks what is deployed, and says which parties wait. */
  verify(outputs: Outputs, reach: Reach): Promise<readonly Check[]>;
  /**
   * Titles of parties, by party. @default - their names
   *
   * @param folded whether parties of which all holds get one line each.
   */
  titles?(
    outputs: Outputs,
    checks: readonly Check[],
    folded: boolean,
  ): Iterable<readonly [party: string, title: string]>;
  /** Kinds of its own, for reports. @default - none */
  readonly kinds?: readonly OperatedKind[];
  /** Commands besides those that all systems share. */
  readonly commands: readonly Command[];
}
