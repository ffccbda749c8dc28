import { readCertificateRequest, type CertificateRequest } from "./certificate-request";
import { checkNames, checkSubject } from "./check-names";
import { DerError } from "./der";
import { isKnownExtension, repeated } from "./extensions";
import { neverGranted, notGranted, type Grant, type Violation } from "./grant";
import { isKeyAlgorithm, type KeyAlgorithm } from "./key";
import { rsaWeakness } from "./key-der/rsa";
import { PemError } from "./pem";
import { describePublishedKey, publishedKey } from "./published-keys";
import { ACCEPTED_SIGNATURES } from "./signature";
import { quote, quoteList } from "./text";

const GRANTED_TEXT = "one CERTIFICATE REQUEST block";

/** A request and the result of its checks. */
interface CheckedRequest {
  /** The request; undefined if the text is not a request, which is then the only violation. */
  readonly request: CertificateRequest | undefined;
  /** Every reason to refuse it; empty if it may be signed. */
  readonly violations: readonly Violation[];
  /** What it asks for that will be ignored, which is not a reason to refuse it. */
  readonly notes: readonly string[];
}

/** Thrown for a request that asks for more than is granted. The message lists every reason. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  constructor(
    readonly violations: readonly Violation[],
    source: string,
  ) {
    const reasons = violations.map(({ message }) => `\n  - ${message}`).join("");
    super(`the certificate request of ${source} is refused:${reasons}`);
  }
}

/**
 * Compares a request with what configuration grants. Everything that is not granted is refused, because the signer
 * behind this check verifies nothing and copies the subject and the names.
 * @param pem the request
 * @param grant what the party may have
 */
export function checkRequest(pem: string, grant: Grant): CheckedRequest {
  const request = readOrRefuse(pem, grant);
  if ("code" in request) return { request: undefined, violations: [request], notes: [] };
  const checks = [checkSubject, checkNames, checkKey, checkExtensions];
  return {
    request,
    violations: checks.flatMap((check) => check(request, grant)),
    notes: describeIgnored(request),
  };
}

/**
 * Admits a request or refuses it.
 * @param pem the request
 * @param grant what the party may have
 * @returns the request; sign its `pem`, which is exactly what was checked
 * @throws RequestRefused with every reason
 */
export function admitRequest(pem: string, grant: Grant): CertificateRequest {
  const { request, violations } = checkRequest(pem, grant);
  if (request === undefined || violations.length > 0)
    throw new RequestRefused(violations, grant.source);
  return request;
}

function readOrRefuse(pem: string, grant: Grant): CertificateRequest | Violation {
  try {
    return readCertificateRequest(pem, `the certificate request of ${grant.source}`);
  } catch (error) {
    if (error instanceof PemError) return unreadable("pem", error);
    if (error instanceof DerError) return unreadable("malformed", error);
    throw error;
  }
}

function unreadable(code: "pem" | "malformed", { message }: Error): Violation {
  return { code, asked: message, granted: GRANTED_TEXT, message };
}

/** Key usages that make a CA, whatever its basic constraints say (RFC 5280 section 4.2.1.3). */
const CA_USAGES = ["keyCertSign", "cRLSign"];

/** Microsoft's own attribute for requested extensions. It is ignored here, but other signers obey it. */
const MICROSOFT_EXTENSION_REQUEST = "1.3.6.1.4.1.311.2.1.14";

/** Checks everything that a request asks for besides its names: its version, its extensions and their usages. */
function checkExtensions(request: CertificateRequest): Violation[] {
  const found: Violation[] = [];
  if (request.version !== "0")
    found.push(neverGranted("version", `request version ${request.version}`, "version 0"));
  if (request.isCa || request.pathLength !== undefined)
    found.push(neverGranted("ca", "basic constraints of a CA (CA:TRUE)", "leaf certificates"));
  const caUsages = request.keyUsages.filter((usage) => CA_USAGES.includes(usage));
  if (caUsages.length > 0)
    found.push(neverGranted("key-usage", `key usage ${caUsages.join(", ")}`, "usages of a leaf"));
  const critical = request.extensions.filter((one) => one.critical && !isKnownExtension(one.oid));
  if (critical.length > 0)
    found.push(
      neverGranted(
        "critical-extension",
        `critical extension ${quoteList(critical.map(({ oid }) => oid))}`,
        "critical extensions that are known here",
      ),
    );
  const twice = repeated(request.extensions.map(({ name }) => name));
  if (twice.length > 0)
    found.push(
      neverGranted(
        "duplicate-extension",
        `an extension more than once: ${quoteList(twice)}`,
        "each extension once",
      ),
    );
  if (
    request.extensionRequests > 1 ||
    request.otherAttributes.includes(MICROSOFT_EXTENSION_REQUEST)
  )
    found.push(
      neverGranted(
        "extension-request",
        "extensions in several or in Microsoft's own attributes",
        "one list of extensions (RFC 2985 section 5.4.2)",
      ),
    );
  return found;
}

/**
 * Lists what a request asks for that is neither granted nor refused but ignored. Configuration decides a certificate's
 * usages; people who asked for others should be told.
 */
function describeIgnored(request: CertificateRequest): string[] {
  const notes: string[] = [];
  if (request.keyUsages.length > 0)
    notes.push(
      `key usage ${request.keyUsages.join(", ")} is ignored: usages come from configuration`,
    );
  if (request.extendedKeyUsages.length > 0)
    notes.push(
      `extended key usage ${request.extendedKeyUsages.join(", ")} is ignored: usages come from configuration`,
    );
  const unknown = request.extensions.filter(({ oid }) => !isKnownExtension(oid));
  if (unknown.length > 0)
    notes.push(`extension ${quoteList(unknown.map(({ oid }) => oid))} is ignored`);
  if (request.otherAttributes.length > 0)
    notes.push(`attribute ${quoteList(request.otherAttributes)} of the request is ignored`);
  return notes;
}

const USUAL_KEYS: readonly KeyAlgorithm[] = [
  "RSA-2048",
  "RSA-3072",
  "RSA-4096",
  "ECDSA-P256",
  "ECDSA-P384",
];

/** Checks the key, its encoding and its holder, and that it signed the request. */
function checkKey(request: CertificateRequest, grant: Grant): Violation[] {
  return [
    ...checkAlgorithm(request, grant),
    ...checkPublished(request),
    ...checkWeakness(request),
    ...checkPin(request, grant),
    ...checkHolder(request, grant),
    ...checkPossession(request),
  ];
}

function checkAlgorithm(request: CertificateRequest, grant: Grant): Violation[] {
  const { keyAlgorithm, keyProblem, keyIsCanonical } = request;
  const allowed: readonly string[] = grant.keyAlgorithms ?? USUAL_KEYS;
  if (keyProblem !== undefined) {
    const asked = `an unreadable key: it ${keyProblem}`;
    return [neverGranted("key-algorithm", asked, allowed.join(", "))];
  }
  if (!allowed.includes(keyAlgorithm)) {
    const asked = `a key of kind ${keyAlgorithm}`;
    return [notGranted(grant, "key-algorithm", asked, allowed.join(", "))];
  }
  if (keyIsCanonical) return [];
  return [
    neverGranted(
      "key-encoding",
      "a key in an unusual encoding",
      "named curves, uncompressed points and DER",
      "The same key in another encoding would not be recognized as the same key.",
    ),
  ];
}

function checkPublished({ publicKeyFingerprint }: CertificateRequest): Violation[] {
  const published = publishedKey(publicKeyFingerprint);
  if (published === undefined) return [];
  return [
    neverGranted(
      "key-published",
      describePublishedKey(published),
      "keys that only their holder has",
      "Everybody has its private key: make a new key, and a new request from it.",
    ),
  ];
}

/**
 * Checks an RSA key for weaknesses. Only a key of an allowed size that signed the request is checked, so that a request
 * cannot cause needless work.
 */
function checkWeakness(request: CertificateRequest): Violation[] {
  const { rsaModulus, keyAlgorithm, provesPossession } = request;
  if (rsaModulus === undefined || !isKeyAlgorithm(keyAlgorithm) || !provesPossession) return [];
  const weakness = rsaWeakness(BigInt(`0x${rsaModulus}`));
  if (weakness === undefined) return [];
  return [
    neverGranted(
      "key-weak",
      `an RSA key that ${weakness}`,
      "keys that nobody can factor",
      "Everybody can compute its private key: make a new key with openssl or Go, and a new request from it.",
    ),
  ];
}

function checkPin({ publicKeyFingerprint }: CertificateRequest, grant: Grant): Violation[] {
  if (grant.publicKey === undefined || grant.publicKey === publicKeyFingerprint) return [];
  const asked = `the key ${publicKeyFingerprint}`;
  return [notGranted(grant, "key-pinned", asked, `only the key ${grant.publicKey}`)];
}

function checkHolder({ publicKeyFingerprint }: CertificateRequest, grant: Grant): Violation[] {
  const holder = new Map(Object.entries(grant.refusedKeys ?? {})).get(publicKeyFingerprint);
  if (holder === undefined) return [];
  return [
    notGranted(
      grant,
      "key-refused",
      `the key ${publicKeyFingerprint.slice(0, 16)}…, which is held by ${quote(holder)}`,
      "a key of its own",
      "Make a new key, and a new request from it.",
    ),
  ];
}

function checkPossession(request: CertificateRequest): Violation[] {
  const { provesPossession, signatureAlgorithm, keyProblem } = request;
  if (provesPossession) return [];
  if (!ACCEPTED_SIGNATURES.includes(signatureAlgorithm))
    return [
      neverGranted(
        "signature-algorithm",
        `a signature by ${signatureAlgorithm}`,
        ACCEPTED_SIGNATURES.join(", "),
      ),
    ];
  // The key could not verify any signature, and its problem is already reported.
  if (keyProblem !== undefined) return [];
  return [
    neverGranted(
      "proof-of-possession",
      "a key that did not sign the request",
      "requests signed by their own key",
      "The request was changed after it was signed, or made for somebody else's key.",
    ),
  ];
}
