import { settingsIn } from "../../components/choreo-connect/adapter/given-config";
import {
  ADAPTER_DEFAULTS,
  type AdapterSettings,
} from "../../components/choreo-connect/adapter/settings";
import { globallyTrusted } from "../../components/choreo-connect/gateway";
import { ROUTER_BUNDLE, WSO2_CARBON } from "../../components/choreo-connect/paths";
import { readCertificates } from "../../x509";
import type { ChoreoConnectSettings } from "./settings";
import { keyOf, type Problem } from "../../config/problems";

/** Finds contradictions between the adapter's configuration, the user's or the default, and other sections. */
export function adapterInconsistencies(settings: ChoreoConnectSettings): Problem[] {
  const { target } = settings;
  const configToml = target.kind === "kubernetes" ? target.configToml : undefined;
  const read = configToml === undefined ? [ADAPTER_DEFAULTS] : settingsIn(configToml);
  return [...tokens(settings, read), ...bundle(settings, read)];
}

/**
 * Finds an API Manager's certificate that the enforcer cannot use. The enforcer casts the key of the first certificate
 * in the file to an RSA key, and fails at each of the API Manager's tokens if it is another kind of key
 * (wso2/product-microgateway v1.2.0, enforcer, security/jwt/validator/JWTValidator.java).
 */
function tokens(
  { controlPlane }: ChoreoConnectSettings,
  read: readonly AdapterSettings[],
): Problem[] {
  if (controlPlane === undefined) return [];
  const [first] = readCertificates(controlPlane);
  const isUsed = read.some(({ issuers }) =>
    issuers.some(({ certificate, jwksUrl }) => certificate === WSO2_CARBON && jwksUrl === ""),
  );
  if (!isUsed || first === undefined || first.keyAlgorithm.startsWith("RSA")) return [];
  return [
    {
      key: keyOf(["choreoConnect", "controlPlane"]),
      message: `begins with the certificate of ${first.subject.text}, whose key is ${first.keyAlgorithm}: the enforcer checks the API Manager's tokens with the first one, and fails at each token if it is not RSA. Put the certificate with which the API Manager signs tokens first`,
    },
  ];
}

function bundle({ gateway }: ChoreoConnectSettings, read: readonly AdapterSettings[]): Problem[] {
  const other = read.find(({ upstreamTls }) => upstreamTls.bundle !== ROUTER_BUNDLE);
  const names = globallyTrusted(gateway).map(({ name }) => name);
  if (other === undefined || names.length === 0) return [];
  return [
    {
      key: keyOf(["choreoConnect", "target", "kubernetes", "configToml"]),
      message: `sets router.upstream.tls.trustedCertPath to ${JSON.stringify(other.upstreamTls.bundle)}, but the globally trusted CAs of ${names.join(", ")} are at ${ROUTER_BUNDLE}; remove the line`,
    },
  ];
}
