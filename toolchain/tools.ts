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

/** Accepted versions: `from` itself and everything above it that is below `below`. */
export interface VersionRange {
  readonly from: string;
  readonly below: string;
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

const cliVersion = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const bridged = "countersign/toolchain/providers-tf/providers";
const kubernetesProvider = "github.com/pulumi/pulumi-kubernetes/provider/v4";
const kubernetesVersion = "1.36.3";
const kubernetesVariables = {
  "k8s.io/component-base/version.gitVersion": `v${kubernetesVersion}`,
  "k8s.io/component-base/version.gitMajor": "1",
  "k8s.io/component-base/version.gitMinor": "36",
  "k8s.io/component-base/version.gitTreeState": "clean",
};

function bridgedProvider(provider: "tls" | "random", version: string, seconds: number): PluginTool {
  return {
    kind: "plugin",
    name: `pulumi-resource-${provider}`,
    provider,
    group: "pulumi",
    purpose: provider === "tls" ? "keys, CSRs and certificates" : "passwords",
    version,
    build: {
      module: "providers-tf",
      package: `./pulumi-resource-${provider}`,
      variables: { [`${bridged}.${provider}Version`]: version },
      generated: [
        { to: `pulumi-resource-${provider}/schema.json`, outputOf: ["./schema", provider] },
      ],
    },
    estimate: { seconds, megabytes: 71 },
  };
}

function kubernetesProgram(name: string, seconds: number, megabytes: number): ProgramTool {
  return {
    kind: "program",
    name,
    family: "kubernetes",
    group: "cluster",
    purpose: "the local control plane",
    version: kubernetesVersion,
    onPath: { ask: ["--version"], accepts: { from: "1.30.0", below: "2.0.0" } },
    build: {
      module: "kubernetes",
      package: `k8s.io/kubernetes/cmd/${name}`,
      variables: kubernetesVariables,
    },
    estimate: { seconds, megabytes },
  };
}

function kubernetesPlugin(): PluginTool {
  const folder = "cmd/pulumi-resource-kubernetes";
  const copied = ["schema.json", "terraform-mapping.json"];
  return {
    kind: "plugin",
    name: "pulumi-resource-kubernetes",
    provider: "kubernetes",
    group: "pulumi",
    purpose: "Kubernetes objects and Helm releases",
    version: "4.25.0",
    build: {
      module: "pulumi-resource-kubernetes",
      package: ".",
      variables: { [`${kubernetesProvider}/pkg/version.Version`]: "4.25.0" },
      generated: copied.map((file) => ({
        to: file,
        copyOf: { module: kubernetesProvider, path: `${folder}/${file}` },
      })),
    },
    estimate: { seconds: 400, megabytes: 169 },
  };
}

/** All tools that a machine may lack, in the order in which they are built. */
export const tools: readonly Tool[] = [
  {
    kind: "program",
    name: "pulumi",
    family: "pulumi",
    group: "pulumi",
    purpose: "the Pulumi CLI",
    // The newest version that runs programs on Node 20, and the version of @pulumi/pulumi in package.json.
    version: "3.245.0",
    onPath: { ask: ["version"], accepts: { from: "3.245.0", below: "4.0.0" } },
    build: {
      module: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      variables: { [cliVersion]: "v3.245.0" },
    },
    estimate: { seconds: 180, megabytes: 110 },
  },
  {
    kind: "program",
    name: "pulumi-language-nodejs",
    family: "pulumi",
    group: "pulumi",
    purpose: "runs TypeScript programs for the CLI",
    // The newest version that is published as part of a Go module. It runs today's SDK, but no policy packs.
    version: "3.68.0",
    build: {
      module: "pulumi-language-nodejs",
      package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      variables: { [cliVersion]: "v3.68.0" },
    },
    estimate: { seconds: 20, megabytes: 18 },
  },
  bridgedProvider("tls", "5.3.1", 75),
  bridgedProvider("random", "4.21.1", 8),
  {
    kind: "program",
    name: "etcd",
    group: "cluster",
    purpose: "the local control plane's database",
    version: "3.6.7",
    onPath: { ask: ["--version"], accepts: { from: "3.5.0", below: "4.0.0" } },
    build: { module: "etcd", package: "go.etcd.io/etcd/server/v3", variables: {} },
    estimate: { seconds: 25, megabytes: 27 },
  },
  kubernetesProgram("kube-apiserver", 210, 105),
  kubernetesProgram("kube-controller-manager", 60, 96),
  kubernetesProgram("kube-scheduler", 6, 73),
  {
    kind: "program",
    name: "kwok",
    group: "cluster",
    purpose: "stands in for nodes: pods become ready although no containers run",
    version: "0.8.0",
    onPath: { ask: ["--version"], accepts: { from: "0.8.0", below: "1.0.0" } },
    build: { module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok", variables: {} },
    estimate: { seconds: 60, megabytes: 64 },
  },
  kubernetesPlugin(),
  {
    kind: "program",
    name: "helm",
    group: "test",
    purpose: "renders and lints charts in tests",
    // The version that the Kubernetes provider is built with, so that tests render as releases do.
    version: "3.18.6",
    onPath: {
      ask: ["version", "--short"],
      accepts: { from: "3.14.0", below: "4.0.0" },
    },
    build: {
      module: "helm",
      package: "helm.sh/helm/v3/cmd/helm",
      variables: { "helm.sh/helm/v3/internal/version.version": "v3.18.6" },
    },
    estimate: { seconds: 60, megabytes: 61 },
  },
  {
    kind: "program",
    name: "kubectl",
    group: "test",
    purpose: "builds kustomizations in tests",
    version: kubernetesVersion,
    onPath: { ask: ["version", "--client"], accepts: { from: "1.30.0", below: "2.0.0" } },
    build: { module: "kubectl", package: ".", variables: kubernetesVariables },
    estimate: { seconds: 80, megabytes: 73 },
  },
  {
    kind: "program",
    name: "actionlint",
    group: "test",
    purpose: "checks the workflows of .github in tests",
    version: "1.7.12",
    // Versions before 1.7.10 do not support YAML anchors, and 1.7.10 can crash on them.
    onPath: { ask: ["-version"], accepts: { from: "1.7.11", below: "2.0.0" } },
    build: {
      module: "actionlint",
      package: "github.com/rhysd/actionlint/cmd/actionlint",
      variables: { "github.com/rhysd/actionlint.version": "1.7.12" },
    },
    estimate: { seconds: 32, megabytes: 6 },
  },
  {
    kind: "program",
    name: "minio",
    group: "test",
    purpose: "a backend that speaks the protocol of S3, in tests",
    // The newest commit that is published as a Go module. A release on PATH reports a date as its version.
    version: "0.0.0-20260212201848-7aac2a2c5b7c",
    build: { module: "minio", package: "github.com/minio/minio", variables: {} },
    estimate: { seconds: 150, megabytes: 112 },
  },
];

export function toolsOf(wanted: readonly Group[]): readonly Tool[] {
  return tools.filter((tool) => wanted.includes(tool.group));
}
