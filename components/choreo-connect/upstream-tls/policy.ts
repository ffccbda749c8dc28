import { TLS_VERSIONS, compareVersions, findCipher, type Cipher, type TlsVersion } from "./ciphers";

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
