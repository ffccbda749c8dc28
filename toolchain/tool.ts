import type { VersionRange } from "./version";

/** What a tool is needed for: running the program, a local cluster, or tests alone. */
export const groups = ["pulumi", "cluster", "test"] as const;
export type Group = (typeof groups)[number];

/** A file that a build needs beside its sources and that is too large to be kept in this repository. */
export type GeneratedFile =
  | { readonly to: string; readonly copyOf: { readonly module: string; readonly path: string } }
  | { readonly to: string; readonly outputOf: readonly string[] };

/** What one build needs to know. */
export interface Build {
  /** Folder below toolchain/modules with the go.mod and go.sum that pin everything. */
  readonly module: string;
  /** The Go package with the main function. */
  readonly package: string;
  /** Go string variables that the linker sets. */
  readonly variables: Readonly<Record<string, string>>;
  readonly generated?: readonly GeneratedFile[];
}

interface ToolBase {
  readonly name: string;
  readonly group: Group;
  readonly purpose: string;
  /** The version that we build. */
  readonly version: string;
  readonly build: Build;
  /** Of a first build on two cores with nothing cached, for the line that says how long it will take. */
  readonly estimate: { readonly seconds: number; readonly megabytes: number };
}

/** A program that may as well come from PATH. */
export interface ProgramTool extends ToolBase {
  readonly kind: "program";
  /** Members come from PATH together or not at all, and in one minor version. @default - the tool alone */
  readonly family?: string;
  /** How to ask for the version, and which ones serve; a tool without this cannot tell its version. */
  readonly onPath?: { readonly ask: readonly string[]; readonly accepts: VersionRange };
}

/** A Pulumi provider: the CLI looks for it in its plugin folder, in exactly this version. */
export interface PluginTool extends ToolBase {
  readonly kind: "plugin";
  readonly provider: string;
}

export type Tool = ProgramTool | PluginTool;
