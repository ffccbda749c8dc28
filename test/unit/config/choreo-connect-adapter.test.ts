import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCa } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { CHOREO_CONNECT, refusesChoreoConnect } from "./make-choreo-connect";

const FILES = mkdtempSync(join(tmpdir(), "countersign-cc-adapter-"));
const configToml = (name: string, text: string) => {
  const path = join(FILES, name);
  writeFileSync(path, text);
  return { "target/kubernetes/configToml": path };
};
const manager = (kind: "rsa2048" | "p256") =>
  makeCa({ subject: [["CN", "apim"]], keys: keys(kind), signer: keys(kind) });

const REFUSED =
  "controlPlane: begins with the certificate of CN=apim, whose key is ECDSA-P256: the enforcer checks the API Manager's tokens with the first one, and fails at each token if it is not RSA. Put the certificate with which the API Manager signs tokens first";

describe("The certificates of an API Manager", () => {
  const service = (name: string, settings: string) =>
    configToml(name, `[[enforcer.security.tokenService]]\nname = "IS"\n${settings}`);
  const carbon = 'certificateFilePath = "/home/wso2/security/truststore/wso2carbon.pem"\n';
  const controlPlane = manager("p256") + manager("rsa2048");
  refusesChoreoConnect([
    ["a certificate with another key as the first one", { controlPlane }, REFUSED],
    ["the same with docker-compose", { controlPlane, target: { compose: {} } }, REFUSED],
    [
      "the same for the user's own token service",
      { controlPlane, ...service("1.toml", carbon) },
      REFUSED,
    ],
    [
      "nothing about one after an RSA certificate",
      { controlPlane: manager("rsa2048") + controlPlane },
    ],
    [
      "nothing if keys are requested from a URL instead",
      { controlPlane, ...service("2.toml", `${carbon}jwksURL = "https://is.example/jwks"\n`) },
    ],
    [
      "nothing if it is not used to check tokens",
      { controlPlane, ...service("3.toml", 'certificateFilePath = "/mine.pem"\n') },
    ],
  ]);
});

describe("A bundle of the router in another place", () => {
  after(() => rmSync(FILES, { recursive: true }));
  const elsewhere = configToml("4.toml", '[router.upstream.tls]\ntrustedCertPath = "/mine.crt"\n');
  const { payments } = CHOREO_CONNECT.backends;
  refusesChoreoConnect([
    [
      "one that does not contain a globally trusted backend",
      { ...elsewhere, backends: { payments: { ...payments, trust: "global" } }, apis: {} },
      'target.kubernetes.configToml: sets router.upstream.tls.trustedCertPath to "/mine.crt", but the globally trusted CAs of payments are at /etc/ssl/certs/ca-certificates.crt; remove the line',
    ],
    ["nothing if APIs bring the certificates", elsewhere],
  ]);
});
