import type { Service } from "../../../components/spinnaker/installation";
import {
  readCertificate,
  writeKeyStore,
  writePrivateKey,
  writeTrustStore,
  type Certificate,
  type TrustStoreContent,
} from "../../../x509";
import { certificateBag } from "../../../x509/pkcs12/write";
import { secret } from "../../unit/cli/fake-cluster";
import { makeCa, makeLeaf, type CertificateOptions } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import { makeDnsNames } from "../../unit/x509/make-names";
import {
  certificateDer,
  keyPem,
  makePart,
  makePlainKeyBag,
  makeStore,
} from "../../unit/x509/make-pkcs12";

const DAY = 24 * 3600 * 1000;
const daysFromNow = (days: number) => new Date(Date.now() + days * DAY).toISOString();

/** Real times, because handshakes are real. */
const LIFE = { notBefore: daysFromNow(-1), notAfter: daysFromNow(89) };
const CA_LIFE = { notBefore: daysFromNow(-1), notAfter: daysFromNow(3650) };

/** P-256, whose signatures OpenSSL verifies several times as fast as others. */
const SIGNER = keys("otherP256");
export const CA = makeCa({ ...CA_LIFE, keys: SIGNER, signer: SIGNER });

/** Options for a certificate by a CA that is not the stack's. */
export const BY_OTHER_CA: CertificateOptions = {
  signer: keys("p384"),
  issuer: [["CN", "Other CA"]],
};
export const OTHER_CA = makeCa({
  ...CA_LIFE,
  ...BY_OTHER_CA,
  subject: [["CN", "Other CA"]],
});
export const PASSWORD = "correct horse";

const made = new Map<string, Buffer | string>();

/** Creates each store only once, because that is slow. */
function once<T extends Buffer | string>(name: string, make: () => T): T {
  const found = (made.get(name) as T | undefined) ?? make();
  made.set(name, found);
  return found;
}

/** Returns the certificate of a service, for its names. */
export function certificateOf(service: Service): string {
  return once(JSON.stringify([service.name, service.dnsNames]), () => otherCertificateOf(service));
}

/** Creates another certificate for a service. */
export function otherCertificateOf(
  { name, language, dnsNames }: Service,
  options: CertificateOptions = {},
): string {
  return makeLeaf({
    ...LIFE,
    signer: SIGNER,
    subject: [
      ["O", "Spinnaker"],
      ["CN", name],
    ],
    keys: keys(language === "go" ? "rsa2048" : "p256"),
    extensions: [makeDnsNames(...dnsNames)],
    ...options,
  });
}

export function leafOf(service: Service): Certificate {
  return readCertificate(certificateOf(service));
}

/** Creates the Secret with a service's key, as the stack writes it. */
export function keysSecret(service: Service, certificate = certificateOf(service)): object {
  if (service.language === "go") {
    const key = keyPem(keys("rsa2048").privateKey);
    return secret({ "tls.crt": certificate, "tls.key": writePrivateKey(key, "pkcs1", "key") });
  }
  const store = once(certificate, () => keyStore(service, certificate));
  return secret({ "keystore.p12": store, password: PASSWORD });
}

/** Creates a key store. Real ones are slow: only Orca's with its own certificate is real, the others are minimal. */
function keyStore(service: Service, certificate: string): Buffer {
  const { privateKey } = keys("p256");
  const alias = service.name;
  if (alias === "orca" && certificate === certificateOf(service)) {
    const content = { alias, privateKeyPem: keyPem(privateKey), chainPem: certificate };
    return writeKeyStore(content, PASSWORD);
  }
  const leaf = certificateBag(certificateDer(certificate), { alias });
  return makeStore([makePart([makePlainKeyBag(privateKey), leaf])], PASSWORD);
}

/** Creates the Secret with CAs, as the stack writes it. */
export function trustSecret(cas: readonly string[] = [CA]): object {
  const content = cas.map((certificatePem, index) => ({ alias: `ca-${index}`, certificatePem }));
  const store = once(cas.join(""), () => trustStore(content));
  return secret({ "truststore.p12": store, password: PASSWORD, "ca.pem": cas.join("") });
}

function trustStore(content: TrustStoreContent): Buffer {
  if (content.length === 1) return writeTrustStore(content, PASSWORD);
  const bags = content.map(({ alias, certificatePem }) =>
    certificateBag(certificateDer(certificatePem), { alias, trusted: true }),
  );
  return makeStore([makePart(bags)], PASSWORD);
}
