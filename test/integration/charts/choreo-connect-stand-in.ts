import assert from "node:assert/strict";
import { chartValues } from "../../../components/choreo-connect/values";
import { RECOMMENDED } from "../../../components/choreo-connect/upstream-tls";
import { target } from "./choreo-connect-pods";
import { changed, type Helm, type Values } from "./helm";
import { wiredChoreoConnect } from "./values";

const GATEWAY = "wso2.deployment.gatewayRuntime";
const PLACEHOLDER =
  /^stand-in: the real chart puts (its|a) public default (pair|certificate) here$/;

/**
 * Tests the differences between the stand-in and the real chart: the stand-in contains no keys, and warns about
 * problems that the real one does not report.
 */
export function choreoConnectStandIn(helm: () => Helm): void {
  const notes = (values: Values) => helm().notes("choreo-connect", target, values);

  it("has no keys in its Secrets", async () => {
    const manifests = await helm().template("choreo-connect", target, {});
    for (const name of manifests.names("Secret"))
      for (const text of Object.values(manifests.get("Secret", name).stringData ?? {}))
        assert.match(text, PLACEHOLDER);
  });

  it("warns of every default, but of none that is replaced", async () => {
    const all = await notes({});
    assert.equal(all.match(/WARNING: .* has the chart's default pair/g)?.length, 5);
    assert.match(all, /WARNING: tokens for backends have the chart's default pair/);
    assert.doesNotMatch(await notes(wiredChoreoConnect), /default pair/);
    const values = chartValues({
      secrets: {
        ...{ adapter: "adapter", enforcer: "enforcer", router: "router" },
        ...{ backendJwt: "token-signer", trust: "trust", caCertificates: undefined },
      },
      ...{ backendJwt: false, configToml: undefined, upstreamTls: RECOMMENDED },
    });
    assert.doesNotMatch(await notes(values), /WARNING/);
  });

  it("warns of a volume for a container that does not exist", async () => {
    const lost = {
      name: "lost",
      resource: { kind: "Secret", name: "lost" },
      mount: { container: "router", path: "/mnt/lost" },
    };
    assert.match(
      await notes(changed(wiredChoreoConnect, { "wso2.deployment.volumeConfigs": [lost] })),
      /WARNING: volumeConfigs: lost is mounted nowhere, .* container "router"\./,
    );
  });

  it("warns that tokens cannot be checked if the certificate for them is missing", async () => {
    assert.match(await notes(wiredChoreoConnect), /WARNING: config\.toml names wso2carbon\.pem/);
    const named = changed(wiredChoreoConnect, {
      [`${GATEWAY}.enforcer.security.truststore`]: [
        { secretName: "control-plane", subPath: "tls.crt", mountAs: "wso2carbon.pem" },
      ],
    });
    assert.doesNotMatch(await notes(named), /WARNING/);
  });
}
