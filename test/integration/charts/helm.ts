import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type {
  KubernetesObject,
  V1ConfigMap,
  V1Deployment,
  V1HorizontalPodAutoscaler,
  V1Ingress,
  V1Job,
  V1NetworkPolicy,
  V1Secret,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { ensureToolchain, fileOf } from "../../../toolchain";

export type Values = Readonly<Record<string, unknown>>;

/** Returns the folder of one of the stand-ins. */
export function chartFolder(chart: string): string {
  return resolve(__dirname, "../../../charts", chart);
}

export interface Target {
  readonly release: string;
  readonly namespace: string;
}

interface Kinds {
  Certificate: KubernetesObject;
  ConfigMap: V1ConfigMap;
  Deployment: V1Deployment;
  HorizontalPodAutoscaler: V1HorizontalPodAutoscaler;
  Ingress: V1Ingress;
  Job: V1Job;
  NetworkPolicy: V1NetworkPolicy;
  /** The rendered NOTES.txt of a copy of the chart. */
  Notes: KubernetesObject & { readonly text: string };
  Secret: V1Secret;
  Service: V1Service;
  StatefulSet: V1StatefulSet;
}

/** The objects that a chart renders, which can be found by kind and name. */
export class Manifests {
  constructor(readonly all: readonly KubernetesObject[]) {}

  get<K extends keyof Kinds>(kind: K, name: string): Kinds[K] {
    const found = this.all.filter((each) => each.kind === kind && each.metadata?.name === name);
    assert.equal(found.length, 1, `${kind} ${name} is there ${found.length} times`);
    return found[0] as Kinds[K];
  }

  /** Returns the names of all objects of a kind, sorted. */
  names(kind: string): string[] {
    const ofKind = this.all.filter((each) => each.kind === kind);
    return ofKind.map((each) => each.metadata?.name ?? "").sort();
  }
}

/** A Helm without a cluster, with its own files. */
export class Helm {
  /** Earlier results. If tests render a chart with the same values again, its random values stay the same. */
  private readonly rendered = new Map<string, Promise<Manifests>>();

  private constructor(
    private readonly file: string,
    /** A folder that `stop` deletes. */
    readonly home: string,
    private readonly folderOf: (chart: string) => string,
  ) {}

  /** @param folderOf returns the folder of a chart by its name. @default - the stand-in's folder */
  static async start(folderOf: (chart: string) => string = chartFolder): Promise<Helm> {
    const file = fileOf(await ensureToolchain(["test"]), "helm");
    return new Helm(file, await mkdtemp(join(tmpdir(), "countersign-helm-")), folderOf);
  }

  async stop(): Promise<void> {
    await rm(this.home, { recursive: true });
  }

  template(chart: string, target: Target, values: Values): Promise<Manifests> {
    const key = JSON.stringify([chart, target, values]);
    const manifests = this.rendered.get(key) ?? this.render(chart, target, values);
    this.rendered.set(key, manifests);
    return manifests;
  }

  /** Renders a chart again, with other random values. */
  async render(chart: string, target: Target, values: Values): Promise<Manifests> {
    const args = inFolder(isAbsolute(chart) ? chart : this.folderOf(chart), target);
    return objectsIn((await this.run(["template", ...args], values)).stdout);
  }

  /** Returns the message with which the templates refuse these values. */
  async refusal(chart: string, target: Target, values: Values): Promise<string> {
    try {
      await this.render(chart, target, values);
    } catch (error) {
      const message = String(error);
      // Helm adds the place before the message and a hint after it; warnings about values may come first.
      const match = /execution error at \([^)]*\): ([^]*?)\n\nUse --debug/.exec(message);
      return match?.[1] ?? message;
    }
    throw new assert.AssertionError({ message: "the chart renders these values" });
  }

  /**
   * Returns NOTES.txt as an installation shows it; `helm template` leaves it out, so a copy of the chart renders it.
   */
  async notes(chart: string, target: Target, values: Values): Promise<string> {
    const copy = await mkdtemp(join(this.home, "chart-"));
    await cp(this.folderOf(chart), copy, { recursive: true });
    const notes = await readFile(join(copy, "templates/NOTES.txt"), "utf8");
    const template = `{{ define "notes" }}${notes}{{ end }}{{ dict "kind" "Notes" "metadata" (dict "name" "notes") "text" (include "notes" .) | toYaml }}`;
    await writeFile(join(copy, "templates/notes.yaml"), template);
    const { stdout } = await this.run(["template", ...inFolder(copy, target)], values);
    return objectsIn(stdout).get("Notes", "notes").text;
  }

  async lint(chart: string, values: Values): Promise<string> {
    return (await this.run(["lint", "--strict", this.folderOf(chart), "--values", "-"], values))
      .stdout;
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
      const options = { env, maxBuffer: 1 << 24 };
      const child = execFile(this.file, args, options, (error, stdout, stderr) => {
        if (error === null) resolve({ stdout });
        else reject(new Error(stderr));
      });
      child.stdin?.end(JSON.stringify(values));
    });
  }
}

function inFolder(chart: string, { release, namespace }: Target): string[] {
  return [release, chart, "--namespace", namespace, "--values", "-"];
}

function objectsIn(text: string): Manifests {
  const objects = parseAllDocuments(text).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS() as KubernetesObject | null;
  });
  return new Manifests(objects.filter((object) => object !== null));
}

/** Returns values with some of them replaced, each named by its path: `{ "service.port": 9001 }`. */
export function changed(values: Values, changes: Values): Values {
  return Object.entries(changes).reduce(
    (result, [path, value]) => replaced(result, path.split("."), value),
    values,
  );
}

function replaced(values: Values, path: readonly string[], value: unknown): Values {
  const [key = "", ...rest] = path;
  const below = (values[key] ?? {}) as Values;
  return { ...values, [key]: rest.length === 0 ? value : replaced(below, rest, value) };
}
