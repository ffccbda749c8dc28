import type { AdapterSettings } from "../../../components/choreo-connect/adapter/settings";
import { SECURITY, WSO2_CARBON } from "../../../components/choreo-connect/paths";
import type { Checklist } from "../../../verify/check";
import { isWithin } from "../../../verify/cluster/mounts";
import { readTrustFile } from "../../../verify/trust-file";
import type { PartView } from "./part-view";
import type { Surroundings } from "./surroundings";
import { TODO } from "./todo";

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
