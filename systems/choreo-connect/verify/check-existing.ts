import { shownCertificate } from "../../../components/choreo-connect/trust";
import type { Backend, ExistingCertificate } from "../../../components/choreo-connect/gateway";
import { readCertificates } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import { checkExpiry } from "../../../verify/life-checks";
import { checkPublishedKeys } from "../../../verify/published-keys";
import { checkBackendNames } from "./check-backend-names";
import type { Surroundings } from "./surroundings";

/** Checks everything about a backend with a certificate from elsewhere that does not need its key. */
export function checkExisting(
  { name, endpoints, certificate }: Backend & { certificate: ExistingCertificate },
  list: Checklist,
  { at }: Surroundings,
): void {
  const what = `choreoConnect.backends.${name}.existing`;
  const certificates = readCertificates(certificate.certificates, what);
  const hosts = [...new Set(endpoints.map(({ host }) => host))];
  const leaf = shownCertificate(certificates, hosts);
  if (leaf !== undefined) {
    const todo = `Have its issuer issue another one, and set ${what} to it.`;
    checkBackendNames(list, leaf, hosts, todo);
  }
  for (const each of certificates) {
    const time = at > each.notAfter ? [`${each.subject.text} expired.`] : [];
    checkExpiry(list, { what: each.subject.text, leaf: each, at }, time);
  }
  checkPublishedKeys(list, { what, certificates });
  list.warn(
    "not-tried",
    "its certificate is issued elsewhere, and its key is not available: no handshake of the router with it was tried.",
    "Nothing, if the API answers. Otherwise, call the backend as the router would: `openssl s_client -connect HOST:PORT -verify_return_error -verify_hostname HOST -CAfile FILE -cert mg.pem -key mg.key`. OpenSSL also accepts a host that is only in the common name; the router does not.",
  );
}
