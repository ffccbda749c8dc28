import type {
  AdapterSettings,
  TokenPair,
} from "../../../components/choreo-connect/adapter/settings";
import {
  OWN_PAIR,
  SECURITY,
  TOKEN_PAIR,
  WSO2_CARBON,
} from "../../../components/choreo-connect/paths";
import type { Checklist } from "../../../verify/check";
import { isWithin } from "../../../verify/cluster/pods";
import { checkExpiry, pairOfFiles, type KeyPair } from "../../../verify/leaf-checks";
import { checkPublishedKeys, readTrustFile } from "../../../verify/trust-checks";
import { PemError, keyMatchesCertificate, readCertificate, type Certificate } from "../../../x509";
import { TODO, isLeafOf, pkcs8Problems, rsaProblems, type Surroundings } from "./surroundings";
import type { PartView } from "./read-parts";

/**
 * Checks the pair with which the enforcer signs tokens for backends. It has one whether or not it sends tokens. The
 * adapter tells it which pair to use.
 */
export function checkTokenPair(
  { files }: PartView,
  list: Checklist,
  { tokenPairs }: AdapterSettings,
  { cas, at }: Surroundings,
): void {
  // Of several pairs, the enforcer uses the first (v1.2.0, enforcer, config/ConfigHolder.java). Without one, it fails.
  const signing = tokenPairs.find(({ signs }) => signs);
  const problem = pairProblem(signing);
  if (problem !== undefined || signing === undefined) {
    list.fail("token-key", problem ?? "", TODO.token);
    return;
  }
  const [certificate, key] = [files.get(signing.certificate), files.get(signing.key)];
  if (certificate === undefined || key === undefined) {
    const missing = certificate === undefined ? signing.certificate : signing.key;
    list.fail("token-key", `there is no ${missing}.`, TODO.token);
    return;
  }
  const pair = pairOfFiles(certificate, key);
  const read = readPair(pair);
  if (typeof read === "string") {
    list.fail("token-key", read, TODO.token);
    return;
  }
  const { leaf, matches } = read;
  list.judge(
    "token-key",
    [
      ...(matches ? [] : [`the key in ${pair.origin} is not that of the certificate beside it.`]),
      ...pkcs8Problems(pair, "the enforcer"),
      ...rsaProblems(leaf, pair.origin, "the enforcer"),
      ...(isLeafOf(leaf, cas)
        ? [
            `the certificate in ${certificate.origin} was issued by the stack's CA: whoever trusts that CA for the router also lets in the owner of the key for tokens.`,
          ]
        : []),
    ],
    `it signs tokens with ${signing.key}, an RSA key that is used for nothing else`,
    TODO.token,
  );
  checkPublishedKeys(list, { what: certificate.origin, certificates: [leaf] });
  const time = at > leaf.notAfter ? [`it expired on ${leaf.notAfter.toISOString()}.`] : [];
  checkExpiry(list, { what: "the certificate for its tokens", leaf, at }, time);
}

/**
 * Checks the certificates with which the enforcer checks tokens: the first one in each file, which must be RSA
 * (wso2/product-microgateway v1.2.0, enforcer, util/TLSUtils.java and security/jwt/validator/JWTValidator.java).
 * Without an API Manager, the CA takes the place of its certificate, and no token is accepted anyway.
 */
export function checkTokenIssuers(
  { files }: PartView,
  list: Checklist,
  { issuers }: AdapterSettings,
  { stack: { gateway } }: Surroundings,
): void {
  const used = issuers.filter(
    ({ certificate, jwksUrl }) =>
      jwksUrl === "" &&
      isWithin(certificate, SECURITY) &&
      (certificate !== WSO2_CARBON || gateway.controlPlane !== undefined),
  );
  const problems = used.flatMap(({ name, certificate: path }) => {
    const file = files.get(path);
    if (file === undefined) return [`there is no ${path}, with which it checks tokens of ${name}.`];
    const { unreadable, certificates } = readTrustFile(file, path);
    const [first] = certificates;
    if (unreadable !== undefined) return [unreadable];
    return first === undefined || first.keyAlgorithm.startsWith("RSA")
      ? []
      : [
          `${file.origin} begins with ${first.subject.text}, whose key is ${first.keyAlgorithm}: the enforcer checks tokens of ${name} with it, and fails at each token if it is not RSA.`,
        ];
  });
  const names = used.map(({ name }) => name).join(", ");
  list.judge("token-issuers", problems, `it checks tokens of ${names} with RSA keys`, TODO.issuer);
}

/** @returns a sentence that says why the pair is not the one for tokens; undefined if it is. */
function pairProblem(signing: TokenPair | undefined): string | undefined {
  if (signing === undefined) {
    return "the adapter gives it no pair with useForSigning = true: the enforcer does not start.";
  }
  const { certificate, key } = signing;
  if (certificate === TOKEN_PAIR.certificate && key === TOKEN_PAIR.key) return undefined;
  const what = key === OWN_PAIR.key ? "the key of its own certificate" : key;
  return `the adapter tells it to sign tokens with ${what} (${key}, ${certificate}), not with ${TOKEN_PAIR.key}, which is mounted for this.`;
}

/** @returns the certificate and whether the key matches, or a sentence that says why the pair cannot be read. */
function readPair({
  certificate,
  key,
  origin,
}: KeyPair): { readonly leaf: Certificate; readonly matches: boolean } | string {
  try {
    const leaf = readCertificate(certificate, `the certificate for tokens in ${origin}`);
    return { leaf, matches: keyMatchesCertificate(key, leaf.pem) };
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    return `${origin} has no readable pair for tokens: ${error.message}`;
  }
}
