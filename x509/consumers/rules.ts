import type { Certificate } from "../certificate";
import type { FindingCode } from "../chain";
import { repeated } from "../extensions";
import { quoteList } from "../text";

/**
 * TLS libraries that read certificates which are issued or imported here. Node, Python and this program use OpenSSL;
 * Envoy and gRPC for Python use BoringSSL.
 */
const LIBRARIES = ["BoringSSL", "Go", "Java", "OpenSSL"] as const;

/** One of {@link LIBRARIES}. */
export type Library = (typeof LIBRARIES)[number];

/** Programs that read a certificate, by their TLS library, e.g. `{ Go: "the orchestrator" }`. */
export type Consumers = Readonly<Partial<Record<Library, string>>>;

/** Returns those of the libraries that consumers use. */
export function readersAmong(consumers: Consumers, libraries: readonly Library[]): Library[] {
  return libraries.filter((library) => consumers[library] !== undefined);
}

/** Describes readers for people, e.g. `Go (the orchestrator) and Java (the enforcer)`. */
export function describeReaders(consumers: Consumers, libraries: readonly Library[]): string {
  const [last, ...others] = libraries
    .map((library) => `${library} (${consumers[library] ?? ""})`)
    .reverse();
  return others.length === 0 ? (last ?? "") : `${others.reverse().join(", ")} and ${last ?? ""}`;
}

/** A property of a certificate that some libraries refuse. */
interface Rule {
  readonly code: FindingCode;
  /** Libraries that refuse it in the certificate of a server or client. */
  readonly leaf: readonly Library[];
  /** Libraries that refuse it in a trusted CA certificate. */
  readonly ca: readonly Library[];
  /**
   * Describes the property as the end of a sentence about the certificate; returns undefined if the certificate does
   * not have it.
   */
  readonly found: (certificate: Certificate) => string | undefined;
}

/** Critical extensions that every library understands (RFC 5280 section 4.2). Key identifiers must not be critical. */
const UNDERSTOOD = [
  "subjectAltName",
  "basicConstraints",
  "keyUsage",
  "extendedKeyUsage",
  "nameConstraints",
];

/**
 * Properties that libraries refuse, whatever a certificate is used for. Each was measured with Go 1.26, OpenSSL 3.0,
 * Java 17 and BoringSSL in grpcio 1.85 (test/interop/judgement.test.ts); Go's reasons are in crypto/x509/parser.go.
 */
export const RULES: readonly Rule[] = [
  {
    code: "serial-number",
    leaf: ["Go"],
    ca: ["Go"],
    found: ({ serialNumber }) =>
      serialNumber.startsWith("-") ? "has a negative serial number" : undefined,
  },
  {
    code: "duplicate-extension",
    leaf: ["Go", "Java"],
    ca: ["Go", "Java"],
    found: ({ extensions }) => {
      const twice = repeated(extensions.map(({ name }) => name));
      return twice.length > 0 ? `has an extension twice, ${quoteList(twice)}` : undefined;
    },
  },
  {
    code: "critical-extension",
    leaf: LIBRARIES,
    ca: ["Go", "OpenSSL"],
    found: ({ extensions }) => {
      const critical = extensions.filter(
        (each) => each.critical && !UNDERSTOOD.includes(each.name),
      );
      return critical.length > 0
        ? `has a critical extension, ${quoteList(critical.map(({ name }) => name))}`
        : undefined;
    },
  },
  {
    code: "name-encoding",
    leaf: ["Go"],
    ca: ["Go"],
    found: ({ subject, issuer }) => {
      const odd = [...subject.attributes, ...issuer.attributes].find(
        ({ stringType, value }) =>
          stringType === "other" ||
          stringType === "UniversalString" ||
          (stringType === "PrintableString" && !isPrintable(value)),
      );
      return odd && `has a name whose ${odd.name} is not a valid ${odd.stringType}`;
    },
  },
  {
    code: "empty-name",
    leaf: ["Java"],
    ca: ["Java"],
    found: ({ subject, issuer, extensions }) => {
      if (issuer.attributes.length === 0) return "has an empty issuer";
      const isNamed =
        subject.attributes.length > 0 ||
        extensions.some(({ name, critical }) => name === "subjectAltName" && critical);
      return isNamed ? undefined : "has an empty subject, and no critical alternative names";
    },
  },
  keyRule(
    "ECDSA on a curve without a name",
    "a key with explicit curve parameters",
    LIBRARIES,
    LIBRARIES,
  ),
  keyRule("ECDSA-P224", "an ECDSA-P224 key", ["BoringSSL"], ["Java"]),
  keyRule("ECDSA-P521", "an ECDSA-P521 key", ["BoringSSL"], []),
  keyRule("Ed25519", "an Ed25519 key", ["BoringSSL"], []),
  keyRule("Ed448", "an Ed448 key", ["BoringSSL", "Go"], ["BoringSSL", "Go"]),
  keyRule("RSA-PSS", "a key for RSASSA-PSS only", ["BoringSSL"], ["BoringSSL", "Go"]),
  {
    code: "key-algorithm",
    leaf: ["BoringSSL", "Go"],
    ca: ["BoringSSL", "Go", "Java"],
    found: ({ keyAlgorithm }) =>
      /^ECDSA(?:-(?!P\d+$)| on curve )/.test(keyAlgorithm)
        ? `has an ${keyAlgorithm} key`
        : undefined,
  },
];

function keyRule(
  kind: string,
  description: string,
  leaf: readonly Library[],
  ca: readonly Library[],
): Rule {
  const found = ({ keyAlgorithm }: Certificate) =>
    keyAlgorithm === kind ? `has ${description}` : undefined;
  return { code: "key-algorithm", leaf, ca, found };
}

/** Go's isPrintable: the characters of X.680 section 41.4, and two more that real CAs use. */
function isPrintable(text: string): boolean {
  return /^[A-Za-z0-9 '()+,\-./:=?*&]*$/.test(text);
}
