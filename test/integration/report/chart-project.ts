import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A project's folder in a git repository, with a chart that shows the values it gets. */
export interface ChartProject {
  readonly folder: string;
  /** Writes a version of the chart. */
  write(version: string, more?: Readonly<Record<string, string>>): void;
  commit(message: string): void;
  /** Runs a program in the folder. */
  run(program: string, ...args: readonly string[]): string;
  remove(): void;
}

/** Path of the chart in the folder. */
export const CHART = "charts/app";

const TEMPLATES: Readonly<Record<string, string>> = {
  "deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }}, labels: { upgrade: {{ .Release.IsUpgrade | quote }} } }
spec:
  template:
    metadata: { annotations: { checksum/secret: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }} } }
    spec: { containers: [{ name: app, image: "app:{{ .Chart.Version }}", env: [{ name: PAIR, value: {{ .Values.pair }} }] }] }
`,
  "secret.yaml": `apiVersion: v1
kind: Secret
metadata: { name: app }
data: { password: {{ .Values.password | b64enc }} }
`,
  "config.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: app, namespace: {{ .Release.Namespace }} }
data: { url: "https://app:{{ .Values.password }}@host" }
`,
  "number.yaml": `{{ if not (kindIs "float64" .Values.number) }}{{ fail (printf "number is %v, which is none" .Values.number) }}{{ end }}`,
  "hook.yaml": `apiVersion: batch/v1
kind: Job
metadata: { name: hook, annotations: { helm.sh/hook: pre-upgrade } }
`,
};

export function chartProject(): ChartProject {
  const folder = mkdtempSync(join(tmpdir(), "countersign-charts-"));
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const git = (...args: readonly string[]) =>
    run("git", "-c", "user.name=test", "-c", "user.email=test@example.org", ...args);
  git("init", "--quiet");
  return {
    folder,
    run,
    write: (version, more = {}) => {
      const files = {
        "Chart.yaml": `{ apiVersion: v2, name: app, version: ${version} }\n`,
        "values.yaml": "{ number: 1, password: none, pair: none }\n",
        ...Object.fromEntries(
          Object.entries({ ...TEMPLATES, ...more }).map(([name, text]) => [
            `templates/${name}`,
            text,
          ]),
        ),
      };
      for (const [name, text] of Object.entries(files)) {
        const path = join(folder, CHART, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
    },
    commit: (message) => {
      git("add", "--all");
      git("commit", "--quiet", `--message=${message}`);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
