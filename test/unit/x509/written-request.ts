import { writeCertificateRequest, type RequestContent } from "../../../x509/certificate-request";
import { keys } from "./make-keys";
import { keyPem } from "./make-pkcs12";

/** Content with a name of every kind. */
export const CONTENT: RequestContent = {
  organization: "MyOrg1MSP",
  commonName: "Backend of Société 1",
  dnsNames: ["org-1.example", "*.org-1.example"],
  ipAddresses: ["10.0.0.1", "2001:db8::1"],
  uris: ["spiffe://org-1.example/backend"],
};

/** Writes a request with that content, except for what is given. */
export function writeRequest(
  kind: Parameters<typeof keys>[0],
  content: Partial<RequestContent> = {},
): string {
  return writeCertificateRequest(keyPem(keys(kind).privateKey), { ...CONTENT, ...content });
}
