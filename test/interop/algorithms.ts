import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { Certificate, CertificateAuthority, Identity } from "../../components/pki";
import { KEY_ALGORITHMS, type KeyAlgorithm } from "../../x509";
import { workbench } from "../integration/workbench";
import type { Pair } from "./consortium";
import { need } from "./need";

/** Key algorithms of a CA, and of the server and client whose certificates it signs. */
export interface Combination {
  readonly ca: KeyAlgorithm;
  readonly leaf: KeyAlgorithm;
}

/** Every algorithm for both, and mixtures that show which of the two certificates a consumer does not support. */
export const COMBINATIONS: readonly Combination[] = [
  ...KEY_ALGORITHMS.map((algorithm) => ({ ca: algorithm, leaf: algorithm })),
  { ca: "RSA-4096", leaf: "ECDSA-P256" },
  { ca: "Ed25519", leaf: "ECDSA-P256" },
  { ca: "ECDSA-P256", leaf: "Ed25519" },
];

/** Files that were issued for a combination. */
export interface Issued {
  readonly ca: string;
  readonly server: Pair;
  readonly client: Pair;
}

export const SERVER_NAME = "orchestrator.test.example";
export const MSP_ID = "MyOrg1MSP";

export function nameOf({ ca, leaf }: Combination): string {
  return `${ca}-signs-${leaf}`;
}

/**
 * Issues certificates with the program's own components, but without a cluster.
 *
 * @returns the files, by the combination's name.
 */
export async function issueAll(): Promise<ReadonlyMap<string, Issued>> {
  const { directory, environment } = await workbench();
  const folder = join(directory, "algorithms");
  const backend = join(folder, "state");
  mkdirSync(backend, { recursive: true, mode: 0o700 });
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "interop", projectName: "algorithms", program },
    {
      workDir: folder,
      envVars: {
        ...environment,
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
      },
    },
  );
  const { outputs } = await stack.up({ onOutput: () => undefined });
  const write = (combination: string, file: string) => {
    const path = join(folder, combination, file);
    mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
    const pem = need(outputs[`${combination}/${file}`], file).value as string;
    writeFileSync(path, pem, { mode: 0o600 });
    return path;
  };
  return new Map(
    COMBINATIONS.map(nameOf).map((name) => {
      const pair = (party: string) => ({
        certificate: write(name, `${party}.crt`),
        key: write(name, `${party}.pem`),
      });
      return [name, { ca: write(name, "ca.crt"), server: pair("server"), client: pair("client") }];
    }),
  );
}

/** Creates one CA and one identity of each role for each algorithm, because creating keys is slow. */
function program(): Promise<Record<string, unknown>> {
  const authorities = new Map<KeyAlgorithm, CertificateAuthority>();
  const identities = new Map<string, Identity>();
  for (const algorithm of KEY_ALGORITHMS) {
    const generation = { kind: "created", state: "signing", algorithm, validityHours: 48 } as const;
    authorities.set(
      algorithm,
      new CertificateAuthority(`ca-${algorithm}`, {
        subject: { commonName: `${algorithm} CA` },
        generations: { g1: generation },
      }),
    );
    for (const [party, request] of Object.entries(REQUESTS)) {
      const name = `${party}-${algorithm}`;
      identities.set(name, new Identity(name, { ...request, algorithm }));
    }
  }
  const outputs: Record<string, unknown> = {};
  for (const { ca, leaf } of COMBINATIONS) {
    const name = nameOf({ ca, leaf });
    const { signing } = need(authorities.get(ca), ca);
    outputs[`${name}/ca.crt`] = signing.certificatePem;
    for (const [party, request] of Object.entries(REQUESTS)) {
      const identity = need(identities.get(`${party}-${leaf}`), leaf);
      const certificate = new Certificate(`${name}-${party}`, {
        requestPem: identity.requestPem,
        grant: { ...request, source: party, keyAlgorithms: [leaf] },
        issuer: signing,
        role: party === "server" ? "both" : "client",
        validityHours: 24,
        renewBeforeHours: 8,
      });
      outputs[`${name}/${party}.crt`] = certificate.certificatePem;
      outputs[`${name}/${party}.pem`] = identity.privateKeyPem;
    }
  }
  return Promise.resolve(outputs);
}

const REQUESTS = {
  server: {
    organization: "Substra orchestrator",
    commonName: "orchestrator",
    dnsNames: [SERVER_NAME],
  },
  client: { organization: MSP_ID, commonName: "substra.org-1.example" },
};
