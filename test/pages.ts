import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A fenced block of a page in Markdown. */
export interface Block {
  /** The language after the fence, e.g. `sh`. */
  readonly language: string;
  readonly lines: readonly string[];
}

/** Returns the pages of this repository. */
export function pages(): string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--", "*.md"], { encoding: "utf8" });
  return listed.split("\0").filter((page) => page !== "");
}

export function blocksOf(page: string): Block[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^( *)```(\S*).*\n([^]*?)^\1```$/gm)].map(
    ([, , language = "", content = ""]) => ({ language, lines: content.trimEnd().split("\n") }),
  );
}

/** Returns the commands of each block in the language `sh`, without their comments. */
export function commandsOf(page: string): string[][] {
  return blocksOf(page)
    .filter(({ language }) => language === "sh")
    .map(({ lines }) =>
      lines.map((line) => line.replace(/(^|\s+)#\s.*$/, "").trim()).filter((line) => line !== ""),
    );
}

/**
 * The test file that runs the commands of a page: those of all blocks, or of some, by their position among the blocks
 * of `sh`.
 */
interface Walked {
  readonly page: string;
  /** @default - all of them */
  readonly blocks?: readonly number[];
  /** The test file, below test/integration. */
  readonly by: string;
}

export const WALKED: readonly Walked[] = [
  { page: "README.md", blocks: [0], by: "make.test.ts" },
  { page: "README.md", blocks: [1], by: "newcomer.test.ts" },
  { page: "docs/verify.md", blocks: [0], by: "newcomer.test.ts" },
  { page: "docs/verify.md", blocks: [1], by: "example-one-person.test.ts" },
  { page: "docs/components.md", by: "package.test.ts" },
  { page: "docs/choreo.md", by: "choreo-example.test.ts" },
  { page: "docs/fleet.md", by: "newcomer.test.ts" },
  { page: "docs/operations.md", blocks: [0, 2], by: "newcomer.test.ts" },
  { page: "docs/services-in-several-stacks.md", by: "services-files.test.ts" },
  { page: "docs/stack-per-organization.md", blocks: [0, 1, 2], by: "example-stacks.test.ts" },
  { page: "docs/stack-per-organization.md", blocks: [3], by: "newcomer.test.ts" },
  { page: "examples/choreo-connect/README.md", by: "choreo-connect-verify.test.ts" },
  { page: "examples/choreo/README.md", by: "choreo-example.test.ts" },
  { page: "examples/spinnaker/README.md", by: "spinnaker-example.test.ts" },
  { page: "examples/stack-per-organization/README.md", by: "example-one-person.test.ts" },
  { page: "toolchain/README.md", by: "newcomer.test.ts" },
];

/** Commands that the tests do not run, with the reasons. */
export const NOT_RUN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "README.md": {
    "npm ci":
      "needs a registry and takes minutes; a clone in the tests links to the packages that are installed here",
    "npm install countersign @pulumi/pulumi @pulumi/kubernetes":
      "installs the published package; package.test.ts installs the one that it packs",
  },
  "CONTRIBUTING.md": {
    "npx mocha --require ./test/integration/hooks.ts test/integration/lifecycle.test.ts":
      "runs another file of these tests",
  },
  "docs/choreo-connect.md": {
    "helm pull choreo-connect --repo https://helm.wso2.com --version 1.2.0-2 --untar":
      "needs WSO2's chart repository",
    "sed -e '1,/^{{- else }}$/d' -e '/^  config.toml: |$/d' -e '/^{{- end -}}$/d' -e 's/^    //' choreo-connect/templates/config-toml-configmap.yaml > config.toml":
      "reads a template of that chart",
  },
  "docs/operations.md": {
    "pulumi config set --secret --path 'countersign:orchestrator.database.password'":
      "asks for the password at a terminal",
    "source <(countersign completion bash)": "run by completion.test.ts, in a bash of its own",
    "source <(countersign completion zsh)": "takes a zsh",
    "countersign completion fish | source": "takes a fish",
  },
  "docs/components.md": {
    "npm install countersign @pulumi/pulumi @pulumi/kubernetes typescript@5 @types/node":
      "installs the published package; package.test.ts installs the one that it packs",
  },
  "docs/operator.md": Object.fromEntries(
    commandsOf("docs/operator.md")
      .flat()
      .map((command) => [
        command,
        "run by test/real/pulumi-operator.test.ts, since it takes the operator's definitions; unit tests run `fleet manifests`",
      ]),
  ),
  "test/real/README.md": {
    "make real-charts SNAPSHOTS=~/snapshots REAL=~/real-charts":
      "needs copies of public repositories",
    "make real REAL=~/real-charts": "reads the charts that are assembled from them",
  },
  "docs/pull-requests.md": {
    "gh workflow run up.yml -f stacks=consortium": "starts a workflow on GitHub",
    "gh workflow run up.yml -f stacks='*' -f requests=true": "starts a workflow on GitHub",
  },
};

export function isRun(page: string, command: string): boolean {
  return NOT_RUN[page]?.[command] === undefined;
}
