import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { sha256Of } from "../../../components/choreo/plan";
import type { Check, CheckCode } from "../../../verify/check";
import {
  readChoreo,
  type ChoreoOutputs,
  type ComponentKeys,
} from "../../../systems/choreo/outputs";
import { verifyChoreo } from "../../../systems/choreo/verify";
import { readCertificates } from "../../../x509";
import { CONSOLE, shop } from "../choreo/make-project";
import { runStack } from "../run-stack";
import { find } from "../tree";
import { reveal } from "../wire";
import { makeLeaf, type CertificateOptions } from "../../unit/x509/make-certificate";
import { fakeCluster, secret } from "../../unit/cli/fake-cluster";

/** A project that a stack has deployed, and that tests change. */
export interface Project {
  outputs: ChoreoOutputs;
  keys: Record<string, string>;
  /** Objects in the cluster, by kind and name. */
  objects: Record<string, object>;
  /** PEM of the key of the CA that signs. */
  caKey: string;
}

const OPENCHOREO = { openchoreo: { namespace: "ns" } };
const BY_HAND = { openchoreo: { namespace: "ns", secretStore: { manual: {} } } };
const TARGETS = { console: CONSOLE, openchoreo: OPENCHOREO, "by-hand": BY_HAND } as const;

const API = "openchoreo.dev/v1alpha1";
const PLURALS: Readonly<Record<string, string>> = {
  Workload: "workloads",
  SecretReference: "secretreferences",
  PushSecret: "pushsecrets",
};
const READY = { conditions: [{ type: "Ready", status: "True" }] };

type Texts = Readonly<Record<string, string>>;

/** Deploys the shop once per target. */
async function deploy(target: object): Promise<Project> {
  const { resources, outputs: all, errors, state } = await runStack(shop(undefined, target));
  if (errors.length > 0) throw new Error(errors.join("\n"));
  const outputs = reveal(all.get(find(resources, "countersign-test").urn));
  const objects = resources.flatMap(({ type, inputs }): [string, object][] => {
    const [, apiVersion = "", kind = ""] = /^kubernetes:(.+):(\w+)$/.exec(type) ?? [];
    const object = reveal(inputs) as { metadata?: { name: string }; stringData: Texts };
    const name = object.metadata?.name ?? "";
    if (kind === "Secret") return [[`Secret/${name}`, secret(object.stringData)]];
    const plural = PLURALS[kind];
    const made = kind === "PushSecret" ? { ...object, status: READY } : object;
    return plural === undefined ? [] : [[`${apiVersion}/${plural}/${name}`, made]];
  });
  return {
    outputs: readChoreo({ origin: "stack dev", content: outputs }),
    keys: (outputs as { choreoKeys?: Record<string, string> }).choreoKeys ?? {},
    objects: Object.fromEntries(objects),
    caKey: (
      reveal(state.get(find(resources, "ca-g1-key").urn)?.outputs) as { privateKeyPem: string }
    ).privateKeyPem,
  };
}

const deployed = new Map<string, Promise<Project>>();

/** Returns the deployed shop, a copy for each test. OpenChoreo runs all Workloads in its only environment. */
export async function makeProject(target: keyof typeof TARGETS): Promise<Project> {
  const made = deployed.get(target) ?? deploy(TARGETS[target]);
  deployed.set(target, made);
  const project = structuredClone(await made);
  const workloads = Object.keys(project.objects).filter((key) => key.includes("/workloads/"));
  for (const key of workloads) release(project, key.slice(key.lastIndexOf("/") + 1), "development");
  return project;
}

/** A Workload, as far as releases copy it. */
interface Workload {
  readonly spec: { readonly owner: object; readonly container: object };
}

/** Makes an environment run a component's current Workload. */
export function release({ objects }: Project, component: string, environment: string): void {
  const { spec } = objects[`${API}/workloads/${component}`] as Workload;
  const { owner, ...workload } = structuredClone(spec);
  const releaseName = `${component}-${environment}-1`;
  objects[`${API}/componentreleases/${releaseName}`] = { spec: { owner, workload } };
  objects[`${API}/releasebindings/${component}-${environment}`] = {
    spec: { owner, environment, releaseName },
    status: READY,
  };
}

/** Gives a component another certificate for its key, as if the stack had issued it. */
export function reissue(project: Project, component: string, options: CertificateOptions): void {
  const { outputs, keys, caKey } = project;
  const [ca] = readCertificates(outputs.caBundle);
  const certificate = makeLeaf({
    notBefore: new Date(Date.now() - 1000).toISOString(),
    notAfter: new Date(Date.now() + 89 * 24 * 3_600_000).toISOString(),
    ...{ keys: pairOf(keys[component] ?? ""), signer: pairOf(caKey) },
    ...{ issuer: [["CN", "Dev CA"]], authorityKeyId: ca?.subjectKeyId ?? null },
    ...options,
  });
  const issued = outputs.certificates.choreo[component];
  if (issued) issued.certificate = certificate;
  for (const row of outputs.choreo.components[component]?.plan ?? []) {
    if (row.holds === "certificate") row.sha256 = sha256Of(certificate);
  }
}

function pairOf(pem: string) {
  return { privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) };
}

/** Changes the value of a component's variable, as if the stack had done so. */
export function setVariable(
  { outputs }: Project,
  component: string,
  variable: string,
  value: string,
): void {
  for (const row of outputs.choreo.components[component]?.plan ?? []) {
    if (row.variable === variable) Object.assign(row, { value, sha256: sha256Of(value) });
  }
}

export function verify(
  { outputs, keys, objects }: Project,
  options: { readonly keys?: ComponentKeys | undefined; readonly waiting?: readonly string[] } = {},
): Promise<readonly Check[]> {
  return verifyChoreo(
    outputs,
    {
      cluster: outputs.choreo.target.kind === "console" ? undefined : fakeCluster(objects),
      keys: "keys" in options ? options.keys : keys,
    },
    new Set(options.waiting),
    new Date(),
  );
}

export async function failuresOf(project: Project): Promise<readonly Check[]> {
  return (await verify(project)).filter(({ ok }) => !ok);
}

export const linesOf = (checks: readonly Check[]) =>
  checks.map(({ party, code, message }) => `${party.replace("Choreo ", "")} ${code}: ${message}`);

/** Expects exactly these failures of a project, in any order. */
export async function fails(
  project: Project,
  ...expected: (readonly [string, CheckCode, RegExp])[]
) {
  const failures = await failuresOf(project);
  for (const [name, code, message] of expected) {
    const found = failures.filter(
      ({ party, code: own }) => party === `Choreo ${name}` && own === code,
    );
    assert.equal(found.length, 1, `${name} ${code}:\n${linesOf(failures).join("\n")}`);
    assert.match(found[0]?.message ?? "", message);
    assert.ok(found[0]?.todo);
  }
  assert.equal(failures.length, expected.length, linesOf(failures).join("\n"));
}

/** Removes an object from the cluster, by kind and name. */
export function remove(project: Project, gone: string): void {
  assert.ok(gone in project.objects, gone);
  const kept = Object.entries(project.objects).filter(([key]) => key !== gone);
  project.objects = Object.fromEntries(kept);
}
