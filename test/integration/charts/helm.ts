import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { ensureToolchain, fileOf } from "../../../toolchain";

export type Values = Readonly<Record<string, unknown>>;

export interface Target {
  readonly release: string;
  readonly namespace: string;
}

/** The objects that a chart renders, each to be had by kind and name. */
export class Manifests {
  constructor(readonly all: readonly KubernetesObject[]) {}

  get<T extends KubernetesObject>(kind: string, name: string): T {
    const found = this.all.filter((each) => each.kind === kind && each.metadata?.name === name);
    assert.equal(found.length, 1, `${kind} ${name} is there ${found.length} times`);
    return found[0] as T;
  }

  /** Names of all objects of a kind, sorted. */
  names(kind: string): string[] {
    const ofKind = this.all.filter((each) => each.kind === kind);
    return ofKind.map((each) => each.metadata?.name ?? "").sort();
  }
}

/** A Helm that knows no cluster and keeps its files to itself. */
export class Helm {
  private constructor(
    private readonly file: string,
    private readonly home: string,
  ) {}

  static async start(): Promise<Helm> {
    const file = fileOf(await ensureToolchain(["test"]), "helm");
    return new Helm(file, await mkdtemp(join(tmpdir(), "countersign-helm-")));
  }

  async stop(): Promise<void> {
    await rm(this.home, { recursive: true });
  }

  async template(chart: string, target: Target, values: Values): Promise<Manifests> {
    const { stdout } = await this.run(["template", ...this.args(chart, target)], values);
    const objects = parseAllDocuments(stdout).map((document) => {
      assert.deepEqual(document.errors, []);
      return document.toJS() as KubernetesObject | null;
    });
    return new Manifests(objects.filter((object) => object !== null));
  }

  /** What the templates say when they refuse these values. */
  async refusal(chart: string, target: Target, values: Values): Promise<string> {
    try {
      await this.run(["template", ...this.args(chart, target)], values);
    } catch (error) {
      const message = (error as { stderr: string }).stderr;
      // Helm puts the place in front and a hint behind; coalescing warnings may come first.
      const match = /execution error at \([^)]*\): ([^]*?)\n\nUse --debug/.exec(message);
      return match?.[1] ?? message;
    }
    throw new assert.AssertionError({ message: "the chart renders these values" });
  }

  async notes(chart: string, target: Target, values: Values): Promise<string> {
    const args = ["install", "--dry-run=client", ...this.args(chart, target)];
    const { stdout } = await this.run(args, values);
    return stdout.slice(stdout.indexOf("NOTES:"));
  }

  async lint(chart: string, values: Values): Promise<string> {
    return (await this.run(["lint", "--strict", chart, "--values", "-"], values)).stdout;
  }

  private args(chart: string, { release, namespace }: Target): string[] {
    return [release, chart, "--namespace", namespace, "--values", "-"];
  }

  private run(args: readonly string[], values: Values) {
    const env = {
      ...process.env,
      HELM_CACHE_HOME: join(this.home, "cache"),
      HELM_CONFIG_HOME: join(this.home, "config"),
      HELM_DATA_HOME: join(this.home, "data"),
      KUBECONFIG: join(this.home, "no-cluster"),
    };
    return new Promise<{ stdout: string }>((resolve, reject) => {
      const child = execFile(
        this.file,
        args,
        { env, maxBuffer: 1 << 24 },
        (error, stdout, stderr) => {
          if (error === null) resolve({ stdout });
          else reject(Object.assign(error, { stderr }));
        },
      );
      child.stdin?.end(JSON.stringify(values));
    });
  }
}

/** Values with some of them changed, maps by key; null takes a key away. */
export function changed(values: Values, change: Values): Values {
  const result: Record<string, unknown> = { ...values };
  for (const [key, value] of Object.entries(change)) {
    const old = result[key];
    result[key] = isMap(old) && isMap(value) ? changed(old, value) : value;
  }
  return result;
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
