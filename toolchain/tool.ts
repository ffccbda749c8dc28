import type { VersionRange } from "./version";

/** Purposes of tools: running the program, a local cluster, or only tests. */
export const groups = ["pulumi", "cluster", "test"] as const;
export type Group = (typeof groups)[number];

/** A file that a build needs beside its sources and that is too large for this repository. */
export type GeneratedFile =
  | { readonly to: string; readonly copyOf: { readonly module: string; readonly path: string } }
  | { readonly to: string; readonly outputOf: readonly string[] };

/** Settings of one build. */
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
  /** The version that is built. */
  readonly version: string;
  readonly build: Build;
  /** Estimate for a first build on two cores with nothing cached, for the line that says how long it will take. */
  readonly estimate: { readonly seconds: number; readonly megabytes: number };
}

/** A program that can also come from PATH. */
export interface ProgramTool extends ToolBase {
  readonly kind: "program";
  /** Members come from PATH together or not at all, and in one minor version. @default - the tool alone */
  readonly family?: string;
  /** Arguments that print the version, and the accepted versions; absent for a tool that cannot report its version. */
  readonly onPath?: { readonly ask: readonly string[]; readonly accepts: VersionRange };
}

/** A Pulumi provider. The CLI looks for exactly this version in its plugin folder. */
export interface PluginTool extends ToolBase {
  readonly kind: "plugin";
  readonly provider: string;
}

export type Tool = ProgramTool | PluginTool;
