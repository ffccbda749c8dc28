import assert from "node:assert/strict";
import { stringify } from "yaml";
import { configMapsIn, deployment, secretsIn } from "../../integration/api";
import { kubectl } from "../../integration/kubectl";
import { TestStack } from "../../integration/stack";
import { plaintextOf } from "../../integration/stack-secrets";
import { nearlyExpire } from "../../integration/time";
import { need } from "../need";
import type { Files } from "../volume";
import { stackFile } from "./page";
import { caOf, type Ca } from "./pki";
import type { Holder, Recipe } from "./recipe";

const NAMESPACE = "market";
const STACK = "interop-recipes";

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A service of the stack's outputs. */
interface Deployed {
  readonly host?: string;
  readonly keys: string;
  readonly ca: string;
}

/** A service of the same CA that no recipe lets in. */
export const STRANGER = "reports";

/** The stack files of all recipes as one stack, on the local control plane. */
export class Market {
  /** Files by service, as they are now in the cluster. */
  private files = new Map<string, Files>();
  private services: Readonly<Record<string, Deployed>> = {};

  private constructor(
    private readonly stack: TestStack,
    private readonly sections: Sections,
  ) {}

  static async deploy(recipes: readonly Recipe[]): Promise<Market> {
    const sections = together(recipes.map(({ name }) => stackFile(name)));
    await prepareNamespace(workloadsIn(sections));
    const market = new Market(await TestStack.create(STACK, sections), sections);
    await market.up();
    return market;
  }

  /** Returns the files that a service mounts. */
  filesOf(service: string): Files {
    return need(this.files.get(service), `service ${service}`);
  }

  clientOf(service: string): Holder {
    const text = (name: string) => need(this.filesOf(service).get(name), name).toString();
    return { certificate: text("tls.crt"), key: text("tls.key"), cas: text("ca.crt") };
  }

  hostOf(service: string): string {
    return need(this.services[service]?.host, `host of ${service}`);
  }

  /** Renews all certificates of services. */
  async renew(): Promise<void> {
    const names = Object.keys(this.services).map((service) => `service-${service}-certificate`);
    await nearlyExpire(this.stack, ...names);
    await this.up();
  }

  /** Deploys these generations of the CA. */
  async generations(states: Readonly<Record<string, "signing" | "trusted">>): Promise<void> {
    const generations = Object.fromEntries(
      Object.entries(states).map(([name, state]) => [name, { state, validity: "10y" }]),
    );
    await this.stack.configure({
      ...this.sections,
      authority: { ...this.sections.authority, generations },
    });
    await this.up();
  }

  /** Returns a generation of the CA with its key, from the stack's state. */
  async ca(generation: string): Promise<Ca> {
    const { resources } = await this.stack.decryptedState();
    const named = (type: string) =>
      resources.find(
        (resource) =>
          resource.type.endsWith(type) && new RegExp(`-${generation}(-|$)`).test(resource.urn),
      );
    const key = need(named(":PrivateKey"), `key of ${generation}`).outputs.privateKeyPem;
    const certificate = need(named(":SelfSignedCert"), `certificate of ${generation}`);
    return caOf(certificate.outputs.certPem as string, need(plaintextOf(key), "private key"));
  }

  /** Returns the annotation that replaces the pods of a service's workload when it changes. */
  async digestOf(service: string): Promise<string> {
    const { spec } = await deployment(NAMESPACE, service);
    const annotations = spec?.template.metadata?.annotations;
    return need(annotations?.[`mounted.countersign/${service}`], `annotation of ${service}`);
  }

  private async up(): Promise<void> {
    const { outputs } = await this.stack.up();
    const { services } = outputs as unknown as { services: Record<string, Deployed> };
    this.services = services;
    const [secrets, configMaps] = await Promise.all([
      secretsIn(NAMESPACE),
      configMapsIn(NAMESPACE),
    ]);
    const find = <T extends { metadata?: { name?: string } }>(all: readonly T[], name: string) =>
      all.find(({ metadata }) => metadata?.name === name);
    for (const [service, { keys, ca }] of Object.entries(services)) {
      const secret = need(find(secrets, keys), `Secret ${keys}`);
      const files = new Map(
        Object.keys(secret.data ?? {}).map((key) => [
          key,
          Buffer.from(secret.data?.[key] ?? "", "base64"),
        ]),
      );
      if (ca !== keys)
        for (const [key, text] of Object.entries(find(configMaps, ca)?.data ?? {}))
          files.set(key, Buffer.from(text));
      this.files.set(service, files);
    }
  }
}

/** Puts stack files together. Services with the same name differ only in their calls. */
function together(files: readonly Sections[]): Sections {
  const services: Record<string, Record<string, unknown>> = {};
  for (const { authority, services: own = {} } of files) {
    assert.deepEqual(authority, files[0]?.authority);
    for (const [name, service] of Object.entries(own) as [string, Record<string, unknown>][]) {
      const { calls, ...rest } = service;
      const { calls: others, ...same } = services[name] ?? rest;
      assert.deepEqual(rest, same, name);
      services[name] = {
        ...rest,
        ...(calls !== undefined && { calls: { ...(others as object | undefined), ...calls } }),
      };
    }
  }
  const stranger = {
    namespace: NAMESPACE,
    certificate: { uris: [`spiffe://market.example/${STRANGER}`] },
    reloads: true,
  };
  return {
    authority: need(files[0]?.authority, "authority"),
    services: { ...services, [STRANGER]: stranger },
  };
}

function workloadsIn({ services = {} }: Sections): string[] {
  return Object.values(services as Record<string, { restarts?: string[] }>).flatMap(
    ({ restarts = [] }) => restarts.map((workload) => workload.replace("deployment/", "")),
  );
}

/** Creates what somebody else deploys: the namespace, and the workloads that mount the Secrets. */
async function prepareNamespace(workloads: readonly string[]): Promise<void> {
  const deployments = workloads.map((name) => {
    const labels = { app: name };
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace: NAMESPACE },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [{ name, image: name, volumeMounts: [{ name: "tls", mountPath: "/tls" }] }],
            volumes: [{ name: "tls", secret: { secretName: `${name}-tls` } }],
          },
        },
      },
    };
  });
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };
  const manifests = [namespace, ...deployments].map((manifest) => stringify(manifest));
  await kubectl(["apply", "-f", "-"], manifests.join("---\n"));
}
