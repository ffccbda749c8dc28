import type { CertificateRequest } from "./certificate-request";
import { readCertificateRequest } from "./certificate-request";
import { checkExtensions, describeIgnored } from "./check-extensions";
import { checkKey } from "./check-key";
import { checkNames } from "./check-names";
import { checkSubject } from "./check-subject";
import { DerError } from "./der";
import type { Grant, Violation } from "./grant";
import { PemError } from "./pem";

const GRANTED_TEXT = "one CERTIFICATE REQUEST block";

/** A request and the result of its checks. */
export interface CheckedRequest {
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
