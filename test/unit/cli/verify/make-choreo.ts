import { createPrivateKey, createPublicKey } from "node:crypto";
import { sha256Of } from "../../../../components/choreo/plan";
import type { Check } from "../../../../cli/check";
import type { ComponentKeys } from "../../../../cli/choreo/keys";
import { readChoreo, type ChoreoOutputs } from "../../../../cli/choreo/outputs";
import { verifyChoreo } from "../../../../cli/verify/choreo";
import { readCertificates } from "../../../../x509";
import { CONSOLE, shop } from "../../components/choreo/make-project";
import { runStack } from "../../components/stack";
import { find } from "../../components/tree";
import { reveal } from "../../components/wire";
import { makeLeaf, type CertificateOptions } from "../../x509/make-certificate";
import { fakeCluster, secret } from "../fake-cluster";

/** A project that a stack has deployed, to be changed. */
export interface Project {
  outputs: ChoreoOutputs;
  keys: Record<string, string>;
  /** What is in the cluster, by kind and name. */
  objects: Record<string, object>;
  /** PEM of the key of the CA that signs. */
  caKey: string;
}

const OPENCHOREO = { openchoreo: { namespace: "ns" } };

/** Deploys the shop once per target. */
async function deploy(target: object): Promise<Project> {
  const { resources, outputs: all, errors, state } = await runStack(shop(undefined, target));
  if (errors.length > 0) throw new Error(errors.join("\n"));
  const outputs = reveal(all.get(find(resources, "countersign-test").urn));
  const objects = resources.flatMap(({ type, inputs, urn }): [string, object][] => {
    const object = reveal(inputs) as { metadata: { name: string }; stringData: object };
    if (type.endsWith(":Workload")) {
      return [[`openchoreo.dev/v1alpha1/workloads/${object.metadata.name}`, object]];
    }
    if (!type.endsWith(":Secret")) return [];
    const { metadata } = reveal(state.get(urn)?.outputs) as typeof object;
    return [
      [`Secret/${metadata.name}`, secret(object.stringData as Readonly<Record<string, string>>)],
    ];
  });
  return {
    outputs: readChoreo(outputs, "stack dev"),
    keys: (outputs as { choreoKeys?: Record<string, string> }).choreoKeys ?? {},
    objects: Object.fromEntries(objects),
    caKey: (
      reveal(state.get(find(resources, "ca-g1-key").urn)?.outputs) as { privateKeyPem: string }
    ).privateKeyPem,
  };
}

const deployed = new Map<string, Promise<Project>>();

/** The shop, deployed; each test has its own. */
export async function makeProject(target: "console" | "openchoreo"): Promise<Project> {
  const project = deployed.get(target) ?? deploy(target === "console" ? CONSOLE : OPENCHOREO);
  deployed.set(target, project);
  return structuredClone(await project);
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

/** Gives it another value in a variable, as if the stack had. */
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
  const { target } = outputs.choreo;
  return verifyChoreo(
    outputs,
    target.kind === "console"
      ? { kind: "console", keys: "keys" in options ? options.keys : keys }
      : { ...target, cluster: fakeCluster(objects) },
    new Set(options.waiting),
    new Date(),
  );
}

export async function failuresOf(project: Project): Promise<readonly Check[]> {
  return (await verify(project)).filter(({ ok }) => !ok);
}
