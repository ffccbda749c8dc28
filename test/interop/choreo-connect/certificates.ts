import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { chainOf } from "../../../components/choreo-connect/trust";
import { writeKeyStore, writeTrustStore, type KeyAlgorithm } from "../../../x509";
import { CA, LEAF, issue, type Issued } from "../java/issue";
import { STORE_PASSWORD, environment } from "../java/stores";
import { P256, type KeyOptions } from "../openssl";
import { output } from "../process";
import { RSA_2048 } from "../spinnaker/secrets";
import type { BackendFiles } from "./backends";
import type { PairFiles } from "./envoy-config";

/** The host of the endpoint. The backend's certificate has two other names: WILDCARD and 127.0.0.1. */
export const HOST = "backend.example.com";
export const WILDCARD = "*.apis.example.com";

/** The backend's keys. The older generation signs the RSA one's certificate, the newer one those of the others. */
const BACKEND_KEYS = {
  "RSA-2048": RSA_2048,
  "ECDSA-P256": P256,
  "ECDSA-P384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
} as const satisfies Partial<Record<KeyAlgorithm, KeyOptions>>;
export type Key = keyof typeof BACKEND_KEYS;

/** Files of the test's backends and routers. */
export interface Certificates {
  /** Both generations, as PEM. */
  readonly bundle: string;
  /** File with both generations and public CAs, like the router's bundle for all endpoints. */
  readonly global: string;
  /** Another CA with the name of the older generation, as PEM. */
  readonly impostor: string;
  readonly routers: Readonly<Record<"g1" | "g2" | "impostor", PairFiles>>;
  readonly backends: Readonly<Record<Key, BackendFiles & { readonly certificatePem: string }>>;
}

/** Issues everything. */
export async function certificates(folder: string): Promise<Certificates> {
  const file = (name: string) => join(folder, name);
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(file(name), content, { mode: 0o600 });
    return file(name);
  };
  const ca = (path: string, name: string, key = P256) =>
    issue(file(path), key, { subject: `/O=Test/CN=${name}`, extensions: CA });
  const [g1, g2, impostor] = [
    await ca("g1", "g1"),
    await ca("g2", "g2", RSA_2048),
    await ca("impostor", "g1"),
  ];
  const bundle = g2.certificatePem + g1.certificatePem;
  const clients = write("clients.pem", bundle);
  const anchors = Object.entries({ g1, g2 }).map(([alias, { certificatePem }]) => ({
    alias: `router-${alias}`,
    certificatePem,
  }));
  const trust = write("trust.p12", writeTrustStore(anchors, STORE_PASSWORD));
  const trustJks = await asJks(trust);

  const router = async (name: string, signing: Issued, others: string, key = P256) => {
    const own = await issue(file(`router-${name}`), key, {
      subject: "/CN=router",
      ca: signing,
      extensions: LEAF,
    });
    const chain = chainOf(own.certificatePem, signing.certificatePem + others);
    return { certificate: write(`router-${name}-chain.crt`, chain), key: `${own.path}.key` };
  };
  const backend = async (name: Key) => {
    const names = `subjectAltName=DNS:${HOST},DNS:${WILDCARD},IP:127.0.0.1`;
    const own = await issue(file(name), BACKEND_KEYS[name], {
      subject: "/CN=backend",
      ca: name === "RSA-2048" ? g1 : g2,
      extensions: [...LEAF, names],
    });
    const keys = write(`${name}.p12`, writeKeyStore({ alias: "backend", ...own }, STORE_PASSWORD));
    const files: BackendFiles = {
      pem: { certificate: `${own.path}.crt`, key: `${own.path}.key`, clients },
      PKCS12: { type: "PKCS12", keys, trust },
      JKS: { type: "JKS", keys: await asJks(keys), trust: trustJks },
    };
    return { ...files, certificatePem: own.certificatePem };
  };
  return {
    bundle,
    global: write("ca-certificates.crt", [...rootCertificates, bundle].join("\n")),
    impostor: impostor.certificatePem,
    routers: {
      g1: await router("g1", g1, g2.certificatePem, RSA_2048),
      g2: await router("g2", g2, g1.certificatePem),
      impostor: await router("impostor", impostor, ""),
    },
    backends: {
      "RSA-2048": await backend("RSA-2048"),
      "ECDSA-P256": await backend("ECDSA-P256"),
      "ECDSA-P384": await backend("ECDSA-P384"),
    },
  };
}

/** Converts a store as users do who still need the older format. */
async function asJks(store: string): Promise<string> {
  const jks = store.replace(/\.p12$/, ".jks");
  const from = ["-srckeystore", store, "-srcstoretype", "PKCS12"];
  const to = ["-destkeystore", jks, "-deststoretype", "JKS"];
  const passwords = ["-srcstorepass:env", "STORE_PASSWORD", "-deststorepass:env", "STORE_PASSWORD"];
  await output("keytool", ["-importkeystore", "-noprompt", ...from, ...to, ...passwords], {
    env: environment,
  });
  return jks;
}
