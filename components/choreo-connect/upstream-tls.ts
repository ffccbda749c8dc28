/**
 * TLS versions with their names in the adapter's config.toml, oldest first. There, any other string silently means
 * "automatic".
 */
export const TLS_VERSIONS = ["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** Compares two versions as `sort` needs it: below zero if the first is older. */
export function compareVersions(one: TlsVersion, other: TlsVersion): number {
  return TLS_VERSIONS.indexOf(one) - TLS_VERSIONS.indexOf(other);
}

/** A cipher suite of TLS up to 1.2, with the names that the router and the backends use for it. */
export interface Cipher {
  /** OpenSSL's name, which Envoy and Node use. */
  readonly openssl: string;
  /** The registered name, which Java uses. */
  readonly iana: string;
  /** The constant in Go's crypto/tls. */
  readonly go: string;
  readonly keyExchange: "ECDHE" | "RSA";
  /** Kind of the server's key. */
  readonly authentication: "ECDSA" | "RSA";
  /** The oldest version of TLS that has it. */
  readonly since: TlsVersion;
}

/**
 * Values that Envoy accepts as `cipher_suites`, best first: forward secrecy, then authenticated encryption. Some that
 * Envoy accepts are not listed: 3DES, suites with a pre-shared key, which do not use certificates, and
 * ECDHE-RSA-AES128-SHA256, which Envoy 1.36 accepts but the BoringSSL of 1.24 may not.
 *
 * @see https://www.iana.org/assignments/tls-parameters
 */
export const CIPHERS: readonly Cipher[] = [
  ...ecdhe("AES128-GCM-SHA256", "AES_128_GCM_SHA256", "TLS1_2"),
  ...ecdhe("AES256-GCM-SHA384", "AES_256_GCM_SHA384", "TLS1_2"),
  ...ecdhe("CHACHA20-POLY1305", "CHACHA20_POLY1305_SHA256", "TLS1_2"),
  ...ecdhe("AES128-SHA", "AES_128_CBC_SHA", "TLS1_0"),
  ...ecdhe("AES256-SHA", "AES_256_CBC_SHA", "TLS1_0"),
  rsa("AES128-GCM-SHA256", "AES_128_GCM_SHA256", "TLS1_2"),
  rsa("AES256-GCM-SHA384", "AES_256_GCM_SHA384", "TLS1_2"),
  rsa("AES128-SHA", "AES_128_CBC_SHA", "TLS1_0"),
  rsa("AES256-SHA", "AES_256_CBC_SHA", "TLS1_0"),
];

/** Finds a cipher by any of its names, in any case; undefined if there is none. */
export function findCipher(name: string): Cipher | undefined {
  const wanted = name.toUpperCase();
  return CIPHERS.find((cipher) => namesOf(cipher).includes(wanted));
}

/** Reads a cipher by any of its names; returns the end of a sentence about the name if it is not a known cipher. */
export function readCipher(name: string): Cipher | string {
  const cipher = findCipher(name);
  if (cipher) return cipher;
  if (TLS13_SUITES.includes(name.toUpperCase()))
    return "is a suite of TLS 1.3, whose suites are not configurable";
  const similar = similarCiphers(name).join(", ");
  const known = similar === "" ? `the known ciphers are ${listed(CIPHERS)}` : `similar: ${similar}`;
  return `is not a cipher that the router can be told to use; ${known}`;
}

/** Finds OpenSSL's names of the most similar ciphers, for messages. */
export function similarCiphers(name: string, most = 4): string[] {
  const words = wordsOf(name);
  return CIPHERS.map((cipher) => {
    const own = wordsOf(cipher.iana);
    const shared = words.filter((word) => own.includes(word));
    const telling = shared.filter((word) => !COMMON.includes(word));
    return { cipher, telling: telling.length, shared: shared.length, all: own.length };
  })
    .filter(({ telling }) => telling > 0)
    .sort(
      (one, other) =>
        other.telling - one.telling || other.shared - one.shared || one.all - other.all,
    )
    .slice(0, most)
    .map(({ cipher }) => cipher.openssl);
}

/** Suites of TLS 1.3 that both Envoy and Java have; their names are the same everywhere (RFC 8446, appendix B.4). */
export const COMMON_TLS13_SUITES = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
] as const;

const TLS13_SUITES: readonly string[] = [
  ...COMMON_TLS13_SUITES,
  "TLS_AES_128_CCM_SHA256",
  "TLS_AES_128_CCM_8_SHA256",
];

/** Words that occur in most suites' names and thus say nothing on their own. */
const COMMON = ["tls", "with", "sha", "sha256", "rsa", "ecdsa"];

function ecdhe(short: string, long: string, since: TlsVersion): Cipher[] {
  return (["ECDSA", "RSA"] as const).map((authentication) => {
    const iana = `TLS_ECDHE_${authentication}_WITH_${long}`;
    const name = `ECDHE-${authentication}-${short}`;
    return { openssl: name, iana, go: iana, keyExchange: "ECDHE", authentication, since };
  });
}

function rsa(name: string, long: string, since: TlsVersion): Cipher {
  const iana = `TLS_RSA_WITH_${long}`;
  return { openssl: name, iana, go: iana, keyExchange: "RSA", authentication: "RSA", since };
}

/** Returns all names of a cipher. Go still accepts an older, shorter name of its ChaCha20 suites. */
function namesOf({ openssl: name, iana, go }: Cipher): string[] {
  return [name, iana, go, go.replace(/(?<=_POLY1305)_SHA256$/, "")];
}

/** Splits a name into words. `AES128` and `AES_128` are the same word. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/aes[_-](?=\d)/g, "aes")
    .split(/[^a-z\d]+/)
    .filter((word) => word !== "");
}

/** TLS settings of one side of a connection. */
export interface TlsPolicy {
  readonly minimum: TlsVersion;
  readonly maximum: TlsVersion;
  /** Ciphers for TLS up to 1.2, best first. */
  readonly ciphers: readonly Cipher[];
}

/** TLS version and ciphers that two sides will use. */
interface Agreement {
  readonly version: TlsVersion;
  /** Ciphers of which one will be used, in the router's order; none with TLS 1.3, whose suites both sides have. */
  readonly ciphers: readonly Cipher[];
}

/** Only ciphers with forward secrecy and authenticated encryption. */
export const RECOMMENDED: TlsPolicy = {
  minimum: "TLS1_2",
  maximum: "TLS1_3",
  ciphers: known([
    ...["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"],
    ...["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"],
    ...["ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"],
  ]),
};

/** Default of an adapter (wso2/product-microgateway v1.2.0, adapter/config/default_config.go). */
export const ADAPTER_DEFAULT: TlsPolicy = {
  minimum: "TLS1_1",
  maximum: "TLS1_2",
  ciphers: known([
    ...["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"],
    ...["ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "AES128-GCM-SHA256", "AES128-SHA"],
    ...["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"],
    ...["ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA", "AES256-GCM-SHA384", "AES256-SHA"],
  ]),
};

/**
 * Determines what the router and a backend agree on. TLS uses the highest version that both speak, and does not fall
 * back to a lower one if its ciphers do not fit (RFC 5246, appendix E.1).
 *
 * @param key the key of the backend's certificate, as `describeKey` names it, or only its kind; undefined if it is not
 *   known.
 * @returns the end of a sentence that says why they do not agree, if so.
 */
export function agree(
  router: TlsPolicy,
  backend: TlsPolicy,
  key: string | undefined,
): Agreement | string {
  const version = TLS_VERSIONS.findLast((each) => speaks(router, each) && speaks(backend, each));
  if (version === undefined)
    return `no version in common: the router speaks ${range(router)}, the backend ${range(backend)}`;
  const problem = keyProblem(key, version);
  if (problem !== undefined) return `the backend's key is ${key ?? ""}, ${problem}`;
  if (version === "TLS1_3") return { version, ciphers: [] };
  const both = router.ciphers.filter(({ iana }) =>
    backend.ciphers.some((cipher) => cipher.iana === iana),
  );
  const usable = both.filter(({ since }) => compareVersions(since, version) <= 0);
  if (usable.length === 0)
    return `no cipher in common for ${version}${instead(both, router, backend)}`;
  const ciphers = usable.filter(({ authentication }) => key?.startsWith(authentication) ?? true);
  if (key !== undefined && ciphers.length === 0)
    return `the backend's key is ${key} and only ${kinds(usable)} ciphers are in common`;
  return { version, ciphers };
}

/** Returns a policy's ciphers with the names of Envoy and Node, of Java, or of Go. */
export function cipherNames(policy: TlsPolicy, by: "openssl" | "iana" | "go"): string[] {
  return policy.ciphers.map((cipher) => cipher[by]);
}

/**
 * Describes a key whose signatures Envoy cannot verify, whatever the ciphers. For TLS 1.2 it offers the curve P-256 and
 * none larger (envoyproxy/envoy#21053), for TLS 1.3 the signatures of BoringSSL's defaults.
 */
function keyProblem(key: string | undefined, version: TlsVersion): string | undefined {
  if (key === undefined || key.startsWith("RSA")) return undefined;
  if (["ECDSA", "ECDSA-P256"].includes(key)) return undefined;
  if (key !== "ECDSA-P384") return "which the router accepts with no version of TLS";
  return version === "TLS1_3"
    ? undefined
    : `which the router accepts only with TLS1_3, and the highest version in common is ${version}`;
}

function speaks({ minimum, maximum }: TlsPolicy, version: TlsVersion): boolean {
  return compareVersions(minimum, version) <= 0 && compareVersions(version, maximum) <= 0;
}

function range({ minimum, maximum }: TlsPolicy): string {
  return minimum === maximum ? minimum : `${minimum} to ${maximum}`;
}

/** Describes what the sides have if nothing fits. */
function instead(both: readonly Cipher[], router: TlsPolicy, backend: TlsPolicy): string {
  if (both.length > 0) return `: ${listed(both)} came with ${both[0]?.since ?? ""}`;
  return `: the router has ${listed(router.ciphers)}, the backend ${listed(backend.ciphers)}`;
}

function listed(ciphers: readonly Cipher[]): string {
  return ciphers.map(({ openssl }) => openssl).join(", ") || "none";
}

/** Describes key exchange and authentication, e.g. `ECDHE-RSA and RSA`. */
function kinds(ciphers: readonly Cipher[]): string {
  const names = ciphers.map(({ keyExchange, authentication }) =>
    keyExchange === "RSA" ? "RSA" : `${keyExchange}-${authentication}`,
  );
  return [...new Set(names)].join(" and ");
}

function known(names: readonly string[]): Cipher[] {
  return names.flatMap((name) => findCipher(name) ?? []);
}
