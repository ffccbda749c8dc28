import { createHash } from "node:crypto";

import { readCertificate, readCertificates } from "./certificate";
import { TAG, contentOf, elementsOf, readTlvs, toTlv, type Tlv } from "./der";
import { subjectOfCertificate } from "./key-der/keys";
import { readPem } from "./pem";

const UTF8_STRING = 0x0c;

/**
 * Decoders of values by string type (X.680 section 8.4): those types that OpenSSL's canonical form covers
 * (`ASN1_MASK_CANON` in crypto/x509/x_name.c of OpenSSL 3.0). It reads the three types of single bytes as Latin-1.
 */
const DECODERS: Readonly<Partial<Record<number, (value: Buffer) => string>>> = {
  [UTF8_STRING]: (value) => value.toString("utf8"),
  // PrintableString, TeletexString, IA5String
  0x13: (value) => value.toString("latin1"),
  0x14: (value) => value.toString("latin1"),
  0x16: (value) => value.toString("latin1"),
  // UniversalString, BMPString
  0x1c: (value) => fromCodePoints(value, 4),
  0x1e: (value) => fromCodePoints(value, 2),
};

/**
 * Computes the hash of a certificate's subject, by which OpenSSL finds a CA in a folder (`-CApath`, `SSL_CERT_DIR`). It
 * is `X509_NAME_hash` of OpenSSL 1.0.0 and later, which `openssl x509 -subject_hash` prints.
 * @param certificatePem one certificate
 * @returns 8 hex digits
 * @throws PemError if the text is not exactly one certificate
 */
export function subjectHash(certificatePem: string): string {
  // This judges the certificate, so that only well-formed names reach the code below.
  const { pem } = readCertificate(certificatePem);
  const { der } = readPem(pem, "CERTIFICATE", "the certificate");
  const relativeNames = readTlvs(subjectOfCertificate(der).content, Infinity);
  const digest = createHash("sha1").update(Buffer.concat(relativeNames.map(canonicalName)));
  return digest.digest().readUInt32LE().toString(16).padStart(8, "0");
}

/**
 * Arranges CA certificates as a folder in which OpenSSL finds them by their subjects, as `openssl rehash` does with
 * links.
 * @param pems texts with one or more certificates each; repetitions are left out
 * @returns PEM blocks by file name, `<hash>.<n>`. Certificates with one hash are numbered in the order of their
 *   fingerprints, so the order of the texts does not matter.
 * @throws PemError if a text holds anything else than certificates
 */
export function hashedDirectory(pems: readonly string[]): Record<string, string> {
  const certificates = new Map(
    pems.flatMap((pem) => readCertificates(pem)).map(({ fingerprint, pem }) => [fingerprint, pem]),
  );
  const files: Record<string, string> = {};
  const used = new Map<string, number>();
  for (const [, pem] of [...certificates].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const hash = subjectHash(pem);
    const number = used.get(hash) ?? 0;
    used.set(hash, number + 1);
    files[`${hash}.${number}`] = pem;
  }
  return files;
}

/** Canonical form of a relative name: a SET of its attributes, in the order of their encodings as in all DER. */
function canonicalName(relativeName: Tlv): Buffer {
  const attributes = readTlvs(contentOf(relativeName, TAG.set), Infinity);
  const canonical = attributes.map((attribute) => {
    const [type, value] = elementsOf(attribute);
    return toTlv(
      TAG.sequence,
      type?.raw ?? Buffer.of(),
      value ? canonicalValue(value) : Buffer.of(),
    );
  });
  return toTlv(TAG.set, ...canonical.sort((one, other) => one.compare(other)));
}

/**
 * Canonical form of a value (`asn1_string_canon` of OpenSSL): UTF-8 without spaces at either end, with one space between
 * words, and with ASCII letters in lower case. Values of other types stay as they are.
 */
function canonicalValue({ tag, content, raw }: Tlv): Buffer {
  const text = DECODERS[tag]?.(content);
  if (text === undefined) return raw;
  // Only ASCII has spaces and upper case here: JavaScript's \s and toLowerCase() know more of both.
  const words = text.split(/[ \t\n\v\f\r]+/).filter((word) => word !== "");
  const canonical = words.join(" ").replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return toTlv(UTF8_STRING, Buffer.from(canonical));
}

function fromCodePoints(value: Buffer, width: 2 | 4): string {
  return Array.from({ length: value.length / width }, (_, index) =>
    String.fromCodePoint(value.readUIntBE(index * width, width)),
  ).join("");
}
