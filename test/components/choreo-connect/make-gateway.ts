import {
  backendOf,
  partDnsNames,
  type BackendSettings,
  type Gateway,
} from "../../../components/choreo-connect/gateway";
import { CIPHERS, RECOMMENDED } from "../../../components/choreo-connect/upstream-tls";
import { findPublicCa } from "../../../x509";
import { makeCa, makeLeaf } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";

/** Two generations, the signing one first. */
const GENERATIONS = [makeCa(), makeCa()] as const;
export const BUNDLE = GENERATIONS.join("");
const LEDGER_CA = makeCa();
const CONTROL_PLANE = makeCa();
const PUBLIC = [makeCa(), makeCa()] as const;
export const PASSWORD = "open sesame";

const leaf = (name: string) => makeLeaf({ subject: [["CN", name]] });
export const LEAVES = {
  parts: { router: leaf("router"), enforcer: leaf("enforcer"), adapter: leaf("adapter") },
  backends: {
    payments: leaf("payments"),
    ratings: leaf("ratings"),
    stock: leaf("stock"),
  } as Partial<Record<string, string>>,
  tokens: leaf("tokens"),
};

const KEY = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
export const KEYS = {
  parts: {
    router: "(key of router)\n",
    enforcer: "(key of enforcer)\n",
    adapter: "(key of adapter)\n",
  },
  backends: { payments: "(key of payments)\n", ratings: KEY, stock: "(key of stock)\n" } as Partial<
    Record<string, string>
  >,
  tokens: "(key for tokens)\n",
};

const issued = { kind: "issued", algorithm: "ECDSA-P256" } as const;

/** Backends of every form. */
const BACKENDS: Readonly<Record<string, BackendSettings>> = {
  ledger: {
    endpoints: ["https://ledger.example:9443"],
    trust: "global",
    certificate: { kind: "existing", certificates: LEDGER_CA },
    routerTrust: { forms: ["pem"], publicCas: {} },
  },
  payments: {
    endpoints: ["https://payments.example:8443/v1", "https://10.20.0.7:8443/v1"],
    certificate: { ...issued, form: "pem" },
    routerTrust: { forms: ["pem", "ca-certificates"], publicCas: { one: PUBLIC[0] } },
  },
  ratings: {
    endpoints: ["https://ratings.example"],
    certificate: { ...issued, form: "pkcs12" },
    routerTrust: { forms: ["pkcs12", "jks"], publicCas: {} },
    tls: { minimum: "TLS1_2", maximum: "TLS1_2", ciphers: CIPHERS.slice(0, 2) },
  },
  stock: {
    endpoints: ["https://stock.example"],
    trust: "global",
    certificate: { ...issued, form: "pem" },
    routerTrust: { forms: ["pem"], publicCas: {} },
  },
};

export const GATEWAY: Gateway = {
  dnsNames: partDnsNames(["gw.example"]),
  backends: Object.entries(BACKENDS).map(([name, settings]) => backendOf(name, settings)),
  apis: {
    "Shop-1.0.0": ["payments", "ratings", "stock"],
    "Stock-2.1.0": ["stock"],
    "Pay-1.0.0": ["payments"],
  },
  publicCas: { one: PUBLIC[0], two: PUBLIC[1] },
  upstreamTls: { ...RECOMMENDED, maximum: "TLS1_2" },
  controlPlane: CONTROL_PLANE,
};

const STAND_INS: readonly (readonly [content: string, name: string])[] = [
  [GENERATIONS[0], "CA, the generation that signs"],
  [GENERATIONS[1], "CA, another generation"],
  [LEDGER_CA, "CA of ledger's own certificate"],
  [CONTROL_PLANE, "API Manager's certificate"],
  [PUBLIC[0], "first public CA"],
  [PUBLIC[1], "second public CA"],
  [LEAVES.tokens, "certificate for tokens"],
  ...[...Object.entries(LEAVES.parts), ...Object.entries(LEAVES.backends)].map(
    ([name, pem = ""]) => [pem, `certificate of ${name}`] as const,
  ),
  ...["ISRG Root X1", "DigiCert Global Root G2"].map(
    (name) => [findPublicCa(name)?.pem ?? "", name] as const,
  ),
];

const BLOCK = /(-----BEGIN [A-Z ]+-----(\s+))([^-]+?)(\s+-----END [A-Z ]+-----)/g;

/** A text in which certificates and keys are replaced by their names. */
export function named(text: string): string {
  return text.replace(BLOCK, (block: string, begin: string, _, content: string, end: string) => {
    if (begin.includes("PRIVATE KEY")) return "(key of ratings)";
    const bare = (pem: string) => pem.replace(/\s+/g, "");
    const name = STAND_INS.find(([pem]) => bare(pem).includes(bare(content)))?.[1];
    return name === undefined ? block : `${begin}(${name})${end}`;
  });
}
