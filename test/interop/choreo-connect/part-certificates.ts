import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { partDnsNames } from "../../../components/choreo-connect/gateway";
import { PARTS, type Part } from "../../../components/choreo-connect/party";
import { CA, LEAF, issue, type Issued } from "../java/issue";
import { P256, openssl, type KeyOptions } from "../openssl";
import { RSA_2048 } from "../spinnaker/secrets";

/** A part's pair, before anything is added to its certificate. */
export type Leaf = Pick<Issued, "path" | "privateKeyPem" | "certificatePem">;
export type Leaves = Readonly<Record<Part, Leaf>>;

export const RELEASE = { releaseName: "gateway", namespace: "gate" };
export const DNS_NAMES = partDnsNames(["api.example.com"], RELEASE);

/** Creates CAs and pairs of a test, in a folder that is deleted with it. */
export class Authorities {
  private count = 0;

  constructor(private readonly folder: string) {}

  /** Creates a generation of a CA. The generations that a stack creates have one name. */
  ca(name = "gateway"): Promise<Issued> {
    const extensions = [...CA, "subjectKeyIdentifier=hash"];
    return issue(this.file(), P256, { subject: `/O=Test/CN=${name}`, extensions });
  }

  /** Creates a pair for each part. */
  parts(ca: Issued, key: KeyOptions = RSA_2048): Promise<Leaves> {
    return ofEach((part) => {
      const asked = { subject: `/O=Choreo Connect/CN=${part}`, extensions: extensionsOf(part) };
      return issue(this.file(), key, { ...asked, ca });
    });
  }

  /** Creates new certificates for the same keys, as in a renewal, or with the next generation of a CA. */
  renewed(leaves: Leaves, ca: Issued): Promise<Leaves> {
    return ofEach((part) => this.renewedPart(part, leaves[part], ca));
  }

  /** Returns the same keys in PKCS#1. */
  traditional(leaves: Leaves): Promise<Leaves> {
    return ofEach(async (part) => {
      const privateKeyPem = await openssl(
        "pkey",
        "-in",
        `${leaves[part].path}.key`,
        "-traditional",
      );
      return { ...leaves[part], privateKeyPem };
    });
  }

  /** Creates a pair for a server, with these SANs in the form of openssl.cnf. */
  server(name: string, ca: Issued, names: readonly string[], key = P256): Promise<Issued> {
    const extensions = [...LEAF, `subjectAltName=${names.join(",")}`];
    return issue(this.file(), key, { subject: `/O=Test/CN=${name}`, ca, extensions });
  }

  /** Creates a self-signed pair. */
  alone(name: string, key = RSA_2048): Promise<Issued> {
    return issue(this.file(), key, { subject: `/O=Test/CN=${name}`, extensions: LEAF });
  }

  private async renewedPart(part: Part, { path, privateKeyPem }: Leaf, ca: Issued): Promise<Leaf> {
    const file = this.file();
    writeFileSync(
      `${file}.cnf`,
      ["[req]", "distinguished_name=dn", "[dn]", "[x]", ...extensionsOf(part), ""].join("\n"),
    );
    const signer = ["-CA", `${ca.path}.crt`, "-CAkey", `${ca.path}.key`, "-days", "2", "-sha256"];
    const own = ["-key", `${path}.key`, "-subj", `/O=Choreo Connect/CN=${part}`];
    const files = ["-config", `${file}.cnf`, "-extensions", "x", "-out", `${file}.crt`];
    await openssl("req", "-x509", ...own, ...signer, ...files);
    return { path, privateKeyPem, certificatePem: readFileSync(`${file}.crt`, "utf8") };
  }

  private file(): string {
    return join(this.folder, String(++this.count));
  }
}

async function ofEach(of: (part: Part) => Promise<Leaf>): Promise<Leaves> {
  const pairs: [Part, Leaf][] = [];
  for (const part of PARTS) pairs.push([part, await of(part)]);
  return Object.fromEntries(pairs) as Record<Part, Leaf>;
}

function extensionsOf(part: Part): string[] {
  return [
    ...LEAF,
    "authorityKeyIdentifier=keyid",
    `subjectAltName=${DNS_NAMES[part].map((name) => `DNS:${name}`).join(",")}`,
  ];
}
