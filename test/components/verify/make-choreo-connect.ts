import assert from "node:assert/strict";
import type { Check } from "../../../verify/check";
import type { ChoreoConnectStack, KeptMaterial } from "../../../systems/choreo-connect/outputs";
import { verifyChoreoConnect } from "../../../systems/choreo-connect/verify";
import type { Surroundings } from "../../../systems/choreo-connect/verify/surroundings";
import { StoreShelf } from "../../../verify/stores";
import {
  backendOf,
  partDnsNames,
  type BackendSettings,
  type Gateway,
} from "../../../components/choreo-connect/gateway";
import type { Part } from "../../../components/choreo-connect/party";
import { RECOMMENDED } from "../../../components/choreo-connect/upstream-tls";
import { readCertificate, readCertificates } from "../../../x509";
import { makeCa, makeLeaf, type CertificateOptions } from "../../unit/x509/make-certificate";
import { keys, type Keys } from "../../unit/x509/make-keys";
import { makeAlternativeNames } from "../../unit/x509/make-names";
import { keyPem } from "../../unit/x509/make-pkcs12";

const DAY = 24 * 3600 * 1000;
const daysFromNow = (days: number) => new Date(Date.now() + days * DAY).toISOString();
/** Validity of certificates around the real time, because handshakes are real. */
export const LIFE = { notBefore: daysFromNow(-1), notAfter: daysFromNow(89) };
const CA_LIFE = { notBefore: daysFromNow(-1), notAfter: daysFromNow(3650) };

const SIGNER = keys("otherP256");
const caOf = (name: string, of: Keys) =>
  makeCa({
    ...CA_LIFE,
    ...{ keys: of, signer: of },
    ...{ subject: [["CN", name]], issuer: [["CN", name]] },
  });

/** The generation that signs, one that is trusted, and two other CAs. */
export const CA = caOf("Gateway CA", SIGNER);
export const NEXT_CA = caOf("Gateway CA 2", keys("p384"));
export const PUBLIC_CA = caOf("Public CA", keys("p384"));
export const OTHER_CA = caOf("Other CA", keys("p384"));
export const BUNDLE = CA + NEXT_CA;
export const PASSWORD = "correct horse";

/** Keys by owner: adapter and enforcer sign with RSA, all others have the fastest kind. */
export const KEYS: Readonly<Record<Part | "backend", Keys>> = {
  router: keys("p256"),
  enforcer: keys("rsa2048"),
  adapter: keys("rsa2048"),
  backend: keys("p256"),
};

/** The pair for tokens is its own issuer. */
export const TOKENS = {
  certificate: makeCa({
    ...LIFE,
    ...{ keys: keys("rsa2048"), signer: keys("p256"), subject: [["CN", "backend tokens"]] },
  }),
  key: keyPem(keys("rsa2048").privateKey),
};

const ADDRESS = /^[\d.]+$/;

/** Creates a certificate of the stack's CA. */
export function leafFor(
  name: string,
  hosts: readonly string[],
  options: CertificateOptions = {},
): string {
  return makeLeaf({
    ...LIFE,
    ...{ signer: SIGNER, issuer: [["CN", "Gateway CA"]] },
    subject: [
      ["O", "Choreo Connect"],
      ["CN", name],
    ],
    extensions: [
      makeAlternativeNames(
        ...hosts.map((host) => (ADDRESS.test(host) ? { iPAddress: host } : { dNSName: host })),
      ),
    ],
    ...options,
  });
}

const issued = { kind: "issued", algorithm: "ECDSA-P256" } as const;
const PEM_TRUST = { forms: ["pem"], publicCas: {} } as const;

const PARTNER = leafFor("partner", ["partner.example"], {
  signer: keys("p384"),
  issuer: [["CN", "Other CA"]],
});

/** One backend of each kind; those with a namespace are in the cluster. */
const BACKENDS: Readonly<Record<string, BackendSettings>> = {
  partner: {
    endpoints: ["https://partner.example"],
    certificate: { kind: "existing", certificates: PARTNER },
    routerTrust: PEM_TRUST,
  },
  payments: {
    endpoints: ["https://payments.example:8443/v1", "https://pay.example/v2"],
    certificate: { ...issued, form: "pem" },
    routerTrust: PEM_TRUST,
    namespace: "ns",
    restarts: ["payments"],
  },
  ratings: {
    endpoints: ["https://ratings.example"],
    certificate: { ...issued, form: "pkcs12" },
    routerTrust: { forms: ["pkcs12"], publicCas: {} },
    namespace: "ns",
    tls: { ...RECOMMENDED, maximum: "TLS1_2" },
  },
  stock: {
    endpoints: ["https://10.20.0.7:8443"],
    trust: "global",
    certificate: { ...issued, form: "pem" },
    routerTrust: { forms: ["pem", "ca-certificates"], publicCas: { "Public CA": PUBLIC_CA } },
  },
};

export const APIS = {
  "Shop-1.0.0": ["payments", "ratings"],
  "Partner-1.0.0": ["partner", "stock"],
} as const;

/** A Choreo Connect that a stack has deployed, and that tests change. */
export interface Deployed {
  readonly stack: ChoreoConnectStack;
  readonly kept: KeptMaterial;
}

/** @param isHere whether backends with a namespace are in the cluster, or exported like all others. */
export function gatewayOf(isHere: boolean): Gateway {
  return {
    dnsNames: partDnsNames(["gw.example"]),
    backends: Object.entries(BACKENDS).map(([name, { namespace, restarts, ...own }]) =>
      backendOf(name, isHere ? { ...own, namespace, restarts } : own),
    ),
    apis: APIS,
    publicCas: { "Public CA": PUBLIC_CA },
    upstreamTls: RECOMMENDED,
    controlPlane: undefined,
  };
}

const made = new Map<string, string>();

/** Returns the certificate of a part or a backend, which is created once. */
export function certificateOf(name: string, hosts: readonly string[], of: Keys): string {
  const certificate = made.get(name) ?? leafFor(name, hosts, { keys: of });
  made.set(name, certificate);
  return certificate;
}

export const issuedAs = (certificate: string) => ({
  certificate,
  fingerprint: readCertificate(certificate).fingerprint,
});

/** Returns a stack's outputs for its Choreo Connect. */
export function makeStack(
  target: ChoreoConnectStack["target"],
  more: Partial<ChoreoConnectStack> = {},
): Deployed {
  const gateway = gatewayOf(target.kind === "kubernetes");
  const part = (name: Part) => issuedAs(certificateOf(name, gateway.dnsNames[name], KEYS[name]));
  const backends = gateway.backends.filter(({ certificate }) => certificate.kind === "issued");
  const keyOf = (of: Keys) => keyPem(of.privateKey);
  return {
    stack: {
      ...{ target, gateway, caBundle: BUNDLE, configMaps: {} },
      issued: {
        parts: { router: part("router"), enforcer: part("enforcer"), adapter: part("adapter") },
        backends: Object.fromEntries(
          backends.map(({ name, dnsNames, ipAddresses }) => [
            name,
            issuedAs(certificateOf(name, [...dnsNames, ...ipAddresses], KEYS.backend)),
          ]),
        ),
        tokenCertificate: TOKENS.certificate,
      },
      ...more,
    },
    kept: {
      parts: {
        router: keyOf(KEYS.router),
        enforcer: keyOf(KEYS.enforcer),
        adapter: keyOf(KEYS.adapter),
      },
      ...(target.kind === "compose" && { tokenSigner: TOKENS.key }),
      backends: Object.fromEntries(backends.map(({ name }) => [name, keyOf(KEYS.backend)])),
      passwords: { ratings: PASSWORD },
    },
  };
}

export const COMPOSE = { kind: "compose", project: "choreo-connect" } as const;

/** Opened stores: opening takes a while, and there are few different stores. */
const shelf = new StoreShelf();

export function surroundingsOf({ stack }: Deployed): Surroundings {
  return { stack, cas: readCertificates(stack.caBundle), shelf, at: new Date() };
}

export function verify(
  { stack, kept }: Deployed,
  access: Partial<Parameters<typeof verifyChoreoConnect>[1]> = {},
): Promise<readonly Check[]> {
  return verifyChoreoConnect(stack, { cluster: undefined, kept, ...access }, new Date(), shelf);
}

/** Returns the failed checks as `party code: message`. Each of them must say what to do. */
export function linesOf(checks: readonly Check[]): string[] {
  const failed = checks.filter(({ ok }) => !ok);
  for (const { todo } of failed) assert.ok(todo);
  return failed.map(({ party, code, message }) => `${party} ${code}: ${message}`);
}

/** Asserts that exactly these checks failed. */
export function expectLines(found: readonly string[], ...expected: readonly RegExp[]): void {
  assert.equal(found.length, expected.length, found.join("\n"));
  expected.forEach((each, position) => assert.match(found[position] ?? "", each));
}
