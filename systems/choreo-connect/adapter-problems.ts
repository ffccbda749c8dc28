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

/** What the adapter's configuration, the user's own or another, does with what other sections say. */
export function adapterInconsistencies(settings: ChoreoConnectSettings): Problem[] {
  const { target } = settings;
  const configToml = target.kind === "kubernetes" ? target.configToml : undefined;
  const read = configToml === undefined ? [ADAPTER_DEFAULTS] : settingsIn(configToml);
  return [...tokens(settings, read), ...bundle(settings, read)];
}

/**
 * The enforcer casts the key of an API Manager's certificate to an RSA key, and fails at each of its tokens if it is none
 * (wso2/product-microgateway v1.2.0, enforcer, security/jwt/validator/JWTValidator.java). It takes the first certificate of the file.
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
      message: `begins with the certificate of ${first.subject.text}, whose key is ${first.keyAlgorithm}: by the first one the enforcer checks the API Manager's tokens, and it fails at each if that is not RSA. Put the certificate with which the API Manager signs tokens first`,
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
      message: `sets router.upstream.tls.trustedCertPath to ${JSON.stringify(other.upstreamTls.bundle)}, and the CAs of ${names.join(", ")}, trusted globally, are at ${ROUTER_BUNDLE}; remove the line`,
    },
  ];
}
