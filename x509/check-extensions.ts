import type { CertificateRequest } from "./certificate-request";
import { isKnownExtension } from "./extensions";
import type { Violation } from "./grant";
import { neverGranted } from "./grant";
import { quoteList } from "./printable";
import { repeated } from "./repeated";

/** Key usages that make a CA, whatever its basic constraints say (RFC 5280 section 4.2.1.3). */
const CA_USAGES = ["keyCertSign", "cRLSign"];

/** Microsoft's own attribute for requested extensions. It is ignored here, but other signers obey it. */
const MICROSOFT_EXTENSION_REQUEST = "1.3.6.1.4.1.311.2.1.14";

/** Checks everything that a request asks for besides its names: its version, its extensions and their usages. */
export function checkExtensions(request: CertificateRequest): Violation[] {
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
export function describeIgnored(request: CertificateRequest): string[] {
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
