import { join } from "node:path";
import { writeKeyStore, writePrivateKey, writeTrustStore } from "../../../x509";
import type { Installation, Service } from "../../../components/spinnaker/installation";
import { FILES, type SecretNames } from "../../../components/spinnaker/profiles";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { CA, LEAF, issue, type Issued } from "../java/issue";
import { P256, type KeyOptions } from "../openssl";

/** Content of a Secret, by its keys. */
export type SecretData = ReadonlyMap<string, Buffer>;

/** Secrets of an installation. */
export interface SpinnakerSecrets {
  readonly names: SecretNames;
  /** Content by the names of Secrets. */
  readonly data: ReadonlyMap<string, SecretData>;
}

export const RSA_2048: KeyOptions = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];

/** Issuer of CAs and certificates for tests, in a folder that is deleted with them. */
export class Workshop {
  private count = 0;

  constructor(private readonly folder: string) {}

  ca(name: string, key: KeyOptions = P256): Promise<Issued> {
    return issue(this.file(), key, { subject: `/O=Spinnaker/CN=${name}`, extensions: CA });
  }

  /** Issues a certificate for a service, for both roles. */
  leaf({ name, dnsNames }: Service, ca: Issued, key: KeyOptions): Promise<Issued> {
    const names = dnsNames.map((each) => `DNS:${each}`).join(",");
    const extensions = [...LEAF, `subjectAltName=${names}`];
    return issue(this.file(), key, { subject: `/O=Spinnaker/CN=${name}`, ca, extensions });
  }

  private file(): string {
    return join(this.folder, String(++this.count));
  }
}

/** Options for Secrets that differ from the usual ones. */
export interface IssueOptions {
  /** CAs that all services trust, the oldest first. */
  readonly authority: readonly Issued[];
  /** CA that signs. @default - the newest of them */
  readonly signing?: Issued;
  /** CAs besides Spinnaker's, for the services that trust others. @default - none */
  readonly others?: readonly Issued[];
  /** Keys of services. @default - as the component creates them: P-256, and RSA for services in Go */
  readonly keys?: Readonly<Partial<Record<ServiceName, KeyOptions>>>;
}

/** Creates Secrets as the component does, with certificates of the tests. */
export async function issueSecrets(
  workshop: Workshop,
  { services }: Installation,
  { authority, signing = authority.at(-1), others = [], keys = {} }: IssueOptions,
): Promise<SpinnakerSecrets> {
  if (!signing) throw new Error("an authority has a CA");
  const data = new Map([["spinnaker-trust-1a2b3c4d", trust(authority)]]);
  const names = new Map<ServiceName, { keys: string; trust: string; others: string | undefined }>();
  for (const service of services) {
    const { name, language, trustsOthers } = service;
    const usual = language === "go" ? RSA_2048 : P256;
    const leaf = await workshop.leaf(service, signing, keys[name] ?? usual);
    const own = `spinnaker-${name}-keys-5e6f7a8b`;
    data.set(own, language === "go" ? pem(leaf) : keyStore(name, leaf));
    const further = trustsOthers ? `spinnaker-${name}-others-9c0d1e2f` : undefined;
    if (further !== undefined) data.set(further, trust([...others, ...authority]));
    names.set(name, { keys: own, trust: "spinnaker-trust-1a2b3c4d", others: further });
  }
  return { names, data };
}

/** Creates a password like the component's. Each store has its own here, so that no test uses another by mistake. */
let passwords = 0;
const password = () => `Aq3${String(++passwords).padStart(29, "x")}`;

function keyStore(alias: string, leaf: Issued): SecretData {
  const chosen = password();
  return files({
    [FILES.keyStore]: writeKeyStore({ alias, ...leaf }, chosen),
    [FILES.password]: chosen,
  });
}

function pem({ chainPem, privateKeyPem }: Issued): SecretData {
  const isRsa = privateKeyPem.length > 1000;
  return files({
    [FILES.certificate]: chainPem,
    [FILES.key]: isRsa ? writePrivateKey(privateKeyPem, "pkcs1", "a test's key") : privateKeyPem,
  });
}

function trust(cas: readonly Issued[]): SecretData {
  const chosen = password();
  const entries = cas.map(({ certificatePem }, index) => ({ alias: `g${index}`, certificatePem }));
  return files({
    [FILES.trustStore]: writeTrustStore(entries, chosen),
    [FILES.password]: chosen,
    [FILES.caBundle]: cas.map(({ certificatePem }) => certificatePem).join(""),
  });
}

function files(content: Readonly<Record<string, string | Uint8Array>>): SecretData {
  return new Map(Object.entries(content).map(([name, each]) => [name, Buffer.from(each)]));
}
