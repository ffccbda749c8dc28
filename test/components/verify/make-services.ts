import assert from "node:assert/strict";
import { stringify } from "yaml";
import type { WorkloadKind } from "../../../components/kubernetes/workload";
import {
  readServices,
  type ServiceOutputs,
  type ServicesStack,
} from "../../../systems/services/outputs";
import { verifyServices } from "../../../systems/services/verify";
import type { Check } from "../../../verify/check";
import { StoreShelf } from "../../../verify/stores";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readCertificate } from "../../../x509";
import { base64, fakeCluster } from "../../unit/cli/fake-cluster";
import { makeLeaf, type CertificateOptions } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import { makeDnsNames, type Attribute } from "../../unit/x509/make-names";
import { keyPem } from "../../unit/x509/make-pkcs12";
import { SUFFIX } from "../fake-providers";
import type { Registered } from "../mock-engine";
import { AUTHORITY, runStack } from "../run-stack";
import { find } from "../tree";
import { reveal } from "../wire";

type Texts = Record<string, string>;

/** Services that a stack has deployed, and that tests change. */
export interface Services {
  /** Outputs as JSON. */
  readonly outputs: object;
  stack: ServicesStack;
  /** Objects in the cluster, by kind and name. */
  readonly objects: Record<string, object>;
  /** PEM of the CAs' certificates, and of the key of the one that signs. */
  readonly caBundle: string;
  readonly caKey: string;
}

/** A server with one caller. */
export const DB = {
  namespace: "ns",
  server: { clients: "required" },
  restarts: ["statefulset/db"],
};
export const ORDERS = { namespace: "ns", calls: { db: {} }, restarts: ["deployment/orders"] };

const made = new Map<string, Promise<Services>>();

/** Returns deployed services, a copy for each test. Their namespace must be `ns`. */
export async function makeServices(
  services: object = { db: DB, orders: ORDERS },
  authority: object = AUTHORITY,
): Promise<Services> {
  const key = JSON.stringify([services, authority]);
  const deployed = made.get(key) ?? deploy(services, authority);
  made.set(key, deployed);
  return structuredClone(await deployed);
}

async function deploy(services: object, authority: object): Promise<Services> {
  const run = await runStack({ authority, services });
  assert.deepEqual(run.errors, []);
  const { resources, state } = run;
  const outputs = reveal(run.outputs.get(find(resources, "countersign-test").urn)) as {
    caBundle: string;
  };
  const stack = readServices({ origin: "stack dev", content: outputs });
  assert.ok(stack);
  const key = resources.find(({ name }) => name === "ca-g1-key");
  const caKey = key && (reveal(state.get(key.urn)?.outputs) as { privateKeyPem: string });
  return {
    outputs,
    stack,
    objects: Object.fromEntries(resources.flatMap(objectsOf)),
    caBundle: outputs.caBundle,
    caKey: caKey?.privateKeyPem ?? "",
  };
}

interface Inputs {
  readonly metadata: { readonly name?: string };
  readonly stringData?: Texts;
  readonly data?: Texts;
  readonly spec: { readonly template: { readonly metadata: object } };
  readonly values: ReleaseValues;
}

/** Returns the objects that a resource becomes in the cluster. */
function objectsOf({ type, name: resource, inputs }: Registered): [string, object][] {
  const [, kind = ""] = /^kubernetes:[^:]+:(\w+)$/.exec(type) ?? [];
  if (!type.startsWith("kubernetes:")) return [];
  const { metadata, stringData = {}, data = {}, spec, values } = reveal(inputs) as Inputs;
  if (kind === "Release") return releaseObjects(values);
  const name = `${kind}/${metadata.name ?? resource + SUFFIX}`;
  if (kind === "ConfigMap") return [[name, { metadata, data }]];
  if (kind === "Secret") {
    const texts = Object.entries(stringData).map(([key, text]) => [key, base64(text)]);
    return [[name, { metadata, data: { ...data, ...(Object.fromEntries(texts) as Texts) } }]];
  }
  const patched = /^(\w+)Patch$/.exec(kind)?.[1];
  if (patched === undefined) return [];
  const template = { metadata: spec.template.metadata, spec: { containers: [] } };
  return [
    [
      `${patched}/${metadata.name ?? ""}`,
      { ...rolledOut(patched as WorkloadKind), spec: { template } },
    ],
  ];
}

/** A workload whose roll-out is finished. */
export function rolledOut(kind: WorkloadKind): object {
  const status =
    kind === "DaemonSet"
      ? { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 3 }
      : { replicas: 1, updatedReplicas: 1, readyReplicas: 1 };
  return { metadata: { generation: 1 }, status: { observedGeneration: 1, ...status } };
}

/** Values of the release of these tests. */
interface ReleaseValues {
  readonly keys: string;
  readonly ca: string;
  readonly kind?: WorkloadKind;
}

/** Values for a service's release of these tests. */
export const RELEASE = {
  chart: { path: "charts/orchestrator" },
  values: { keys: "<countersign:keys>", ca: "<countersign:ca>" },
};

/** Returns a release with one workload that mounts both objects, and Helm's record of it. */
function releaseObjects({ keys, ca, kind = "Deployment" }: ReleaseValues): [string, object][] {
  const container = {
    name: "main",
    volumeMounts: [
      { name: "keys", mountPath: "/tls" },
      { name: "ca", mountPath: "/ca" },
    ],
  };
  const volumes = [
    { name: "keys", secret: { secretName: keys } },
    { name: "ca", configMap: { name: ca } },
  ];
  const spec = { template: { spec: { containers: [container], volumes } } };
  return [
    [`${kind}/app`, { ...rolledOut(kind), spec }],
    [RECORD, releaseRecord([{ apiVersion: "apps/v1", kind, metadata: { name: "app" }, spec }])],
  ];
}

/** Key of Helm's record. */
export const RECORD = "Secret/sh.helm.release.v1.web.v1";

/** Helm's record of a release, as Helm wrote it before it compressed them. */
export function releaseRecord(manifests: readonly object[], status = "deployed"): object {
  const record = {
    ...{ name: "web", namespace: "ns", version: 1, info: { status } },
    chart: { metadata: { name: "web", version: "1.0.0" } },
    manifest: manifests.map((each) => stringify(each)).join("\n---\n"),
  };
  return {
    metadata: { name: "sh.helm.release.v1.web.v1" },
    type: "helm.sh/release.v1",
    data: { release: base64(base64(JSON.stringify(record))) },
  };
}

/** One shelf for all tests: opening stores is slow. */
const shelf = new StoreShelf();

export function verify({ stack, objects }: Services): Promise<readonly Check[]> {
  return verifyServices(fakeCluster(objects), stack, new Date(), shelf);
}

/** Returns the checks that do not hold. */
export async function failuresOf(services: Services): Promise<readonly Check[]> {
  return (await verify(services)).filter(({ ok }) => !ok);
}

/** Returns the entries of a Secret or ConfigMap, for changes. */
export function entriesOf({ objects }: Services, object: string): Texts {
  const found = objects[object] as { data?: Texts } | undefined;
  assert.ok(found?.data, `there is no ${object}`);
  return found.data;
}

/** Returns an entry of a Secret. */
export function secretText(services: Services, secret: string, key: string): string {
  return Buffer.from(entriesOf(services, `Secret/${secret}`)[key] ?? "", "base64").toString();
}

/** Changes what the stack's outputs say about a service. */
export function update(services: Services, name: string, change: Partial<ServiceOutputs>): void {
  const changed = services.stack.services.map((service) =>
    service.name === name ? { ...service, ...change } : service,
  );
  services.stack = { ...services.stack, services: changed };
}

/**
 * Gives a service another certificate, of which the stack knows: like its own, but for these options.
 *
 * @param options.signer signer. @default - the stack's CA
 */
export function reissue(services: Services, name: string, options: CertificateOptions = {}): void {
  const secret = `${name}-tls`;
  const { subject, issuer, dnsNames, authorityKeyId } = readCertificate(
    secretText(services, secret, "tls.crt"),
  );
  const attributes = (from: typeof subject) =>
    from.attributes.map(({ name: type, value }): Attribute => [type, value]);
  const privateKey = createPrivateKey(services.caKey);
  const certificate = makeLeaf({
    subject: attributes(subject),
    issuer: attributes(issuer),
    authorityKeyId: authorityKeyId ?? null,
    signer: { privateKey, publicKey: createPublicKey(privateKey) },
    extensions: dnsNames.length > 0 ? [makeDnsNames(...dnsNames)] : [],
    notBefore: new Date(Date.now() - 3_600_000).toISOString(),
    notAfter: new Date(Date.now() + 80 * 24 * 3_600_000).toISOString(),
    ...options,
  });
  setEntry(services, secret, "tls.crt", certificate);
  setEntry(services, secret, "tls.key", keyPem((options.keys ?? keys("p256")).privateKey));
  update(services, name, { issued: readCertificate(certificate).fingerprint });
}

/** Changes one entry of a Secret. */
export function setEntry(
  services: Services,
  secret: string,
  key: string,
  content: string | Buffer,
): void {
  entriesOf(services, `Secret/${secret}`)[key] = base64(content);
}
