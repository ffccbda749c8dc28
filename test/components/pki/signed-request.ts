import { readCertificateRequest, type CertificateRequest } from "../../../x509";
import type { Run } from "../mock-engine";
import { find } from "../tree";
import { reveal } from "../wire";

/** The request for which a certificate is signed, as PEM. */
export function signedPem({ resources }: Run<unknown>, certificate: string): string {
  const { inputs } = find(resources, certificate, "LocallySignedCert");
  return (reveal(inputs) as { certRequestPem: string }).certRequestPem;
}

/** The content of that request. */
export function signedRequest(run: Run<unknown>, certificate: string): CertificateRequest {
  return readCertificateRequest(signedPem(run, certificate));
}
