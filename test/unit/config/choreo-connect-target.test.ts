import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { choreoConnectOf, refusesChoreoConnect } from "./make-choreo-connect";

const FILES = mkdtempSync(join(tmpdir(), "countersign-cc-"));
const written = (name: string, content: string) => {
  const path = join(FILES, name);
  writeFileSync(path, content);
  return path;
};

const KUBERNETES = "target/kubernetes";
const DEPLOYMENT = `${KUBERNETES}/values/wso2/deployment`;

describe("the installation of Choreo Connect", () => {
  after(() => rmSync(FILES, { recursive: true }));

  describe("of its target", () => {
    refusesChoreoConnect([
      ["a missing target", { target: undefined }, "target: is missing; it must be a map"],
      [
        "an empty target",
        { target: {} },
        "target: needs exactly one of kubernetes and compose: how Choreo Connect is installed",
      ],
      [
        "two targets",
        { "target/compose": {} },
        "target: needs exactly one of kubernetes and compose: how Choreo Connect is installed",
      ],
      [
        "an unknown target",
        { target: { helm: {} } },
        "target.helm: is not a known key; the known keys are kubernetes, compose",
        "target: needs exactly one of kubernetes and compose: how Choreo Connect is installed",
      ],
      [
        "an unknown key of the chart's target",
        { [`${KUBERNETES}/configMap`]: "a" },
        "target.kubernetes.configMap: is not a known key; the known keys are createNamespace, timeout, namespace, releaseName, chart, values, backendJwt, configToml",
      ],
      [
        "an unknown folder of the distribution",
        { target: { compose: { project: "apim" } } },
        'target.compose.project: found "apim"; must be one of choreo-connect, choreo-connect-with-apim',
      ],
      [
        "an invalid namespace",
        { [`${KUBERNETES}/namespace`]: "Choreo" },
        'target.kubernetes.namespace: found "Choreo"; write 1 to 63 lower-case letters, digits and inner hyphens',
      ],
      [
        "a long release name",
        { [`${KUBERNETES}/releaseName`]: "r".repeat(41) },
        'target.kubernetes.releaseName: found "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"; write 1 to 40 lower-case letters, digits and inner hyphens',
      ],
      [
        "a timeout of zero",
        { [`${KUBERNETES}/timeout`]: 0 },
        "target.kubernetes.timeout: found 0; must be at least 1",
      ],
      [
        "a text instead of a switch for tokens",
        { [`${KUBERNETES}/backendJwt`]: "yes" },
        'target.kubernetes.backendJwt: found "yes"; must be true or false',
      ],
      [
        "a folder without a chart",
        { [`${KUBERNETES}/chart`]: { path: "docs" } },
        'target.kubernetes.chart.path: there is no chart at "docs" (no Chart.yaml there); the path is relative to Pulumi.yaml',
      ],
      [
        "a range of versions",
        { [`${KUBERNETES}/chart`]: { version: "^1.2.0" } },
        'target.kubernetes.chart.version: found "^1.2.0"; write one exact version such as 1.2.0-2: a range would change the deployment without a change to the configuration',
      ],
      [
        "another chart",
        { [`${KUBERNETES}/chart`]: { name: "apk-helm" } },
        'target.kubernetes.chart: is chart "apk-helm"; it must be chart choreo-connect',
      ],
      [
        "an older chart",
        { [`${KUBERNETES}/chart`]: { version: "1.1.0-4" } },
        "target.kubernetes.chart: chart choreo-connect 1.1.0-4 has other values than Countersign sets; use 1.2.0-1 or later",
      ],
      [
        "a folder with the chart of another system",
        { [`${KUBERNETES}/chart`]: { path: "charts/orchestrator" } },
        'target.kubernetes.chart: is chart "orchestrator"; it must be chart choreo-connect',
      ],
    ]);
  });

  describe("of chart values", () => {
    refusesChoreoConnect([
      [
        "another pair for the router",
        {
          [`${DEPLOYMENT}/gatewayRuntime/router/security/keystore`]: {
            key: { secretName: "mine" },
          },
        },
        "target.kubernetes.values.wso2.deployment.gatewayRuntime.router.security.keystore.key.secretName: may not be overridden: Countersign sets it for the Secrets that it creates",
      ],
      [
        "a removed pair of the enforcer",
        { [`${DEPLOYMENT}/gatewayRuntime/enforcer/security/keystore`]: null },
        "target.kubernetes.values.wso2.deployment.gatewayRuntime.enforcer.security.keystore: may not be overridden: Countersign sets it for the Secrets that it creates",
      ],
      [
        "a part of the adapter's pair",
        { [`${DEPLOYMENT}/adapter/security/keystore/cert/subPath`]: "mg.pem" },
        "target.kubernetes.values.wso2.deployment.adapter.security.keystore.cert.subPath: may not be overridden: Countersign sets it for the Secrets that it creates",
      ],
      [
        "a whole section in place of Countersign's",
        { [`${DEPLOYMENT}/adapter/security`]: "none" },
        "target.kubernetes.values.wso2.deployment.adapter.security: may not be overridden: Countersign sets it for the Secrets that it creates",
      ],
      [
        "another trust store of the adapter",
        { [`${DEPLOYMENT}/adapter/security/truststore`]: [] },
        "target.kubernetes.values.wso2.deployment.adapter.security.truststore: may not be overridden: a list here would replace Countersign's; set choreoConnect.controlPlane, which accepts several certificates",
      ],
      [
        "a mount over the peers' certificates",
        {
          [`${DEPLOYMENT}/gatewayRuntime/enforcer/security/truststore`]: [
            { secretName: "mine", subPath: "ca.crt", mountAs: "router-ca-cert.pem" },
          ],
        },
        "target.kubernetes.values.wso2.deployment.gatewayRuntime.enforcer.security.truststore: may not be overridden: a list here would replace Countersign's; set choreoConnect.controlPlane, which accepts several certificates",
      ],
      [
        "CAs of backends",
        { [`${DEPLOYMENT}/gatewayRuntime/router/security/backendCaCerts`]: { secretName: "mine" } },
        "target.kubernetes.values.wso2.deployment.gatewayRuntime.router.security.backendCaCerts.secretName: may not be overridden: set choreoConnect.backends.<name>.trust to global, and choreoConnect.publicCas",
      ],
      [
        "the switch for tokens",
        { [`${DEPLOYMENT}/gatewayRuntime/enforcer/security/backendJWT/enabled`]: true },
        "target.kubernetes.values.wso2.deployment.gatewayRuntime.enforcer.security.backendJWT.enabled: may not be overridden: set choreoConnect.target.kubernetes.backendJwt",
      ],
      [
        "the pair for tokens",
        { [`${DEPLOYMENT}/gatewayRuntime/enforcer/security/backendJWT/keystore/key/subPath`]: "a" },
        "target.kubernetes.values.wso2.deployment.gatewayRuntime.enforcer.security.backendJWT.keystore.key.subPath: may not be overridden: Countersign sets it for the Secrets that it creates",
      ],
      [
        "the adapter's configuration",
        { [`${DEPLOYMENT}/adapter/configToml`]: "[router]" },
        "target.kubernetes.values.wso2.deployment.adapter.configToml: may not be overridden: set choreoConnect.target.kubernetes.configToml",
      ],
      [
        "another name of the adapter",
        { [`${DEPLOYMENT}/adapter/security/sslHostname`]: "cc" },
        "target.kubernetes.values.wso2.deployment.adapter.security.sslHostname: may not be overridden: the names of the chart's Services are in the certificates",
      ],
      [
        "another name of the enforcer",
        { [`${DEPLOYMENT}/gatewayRuntime/enforcer/security/sslHostname`]: "cc" },
        "target.kubernetes.values.wso2.deployment.gatewayRuntime.enforcer.security.sslHostname: may not be overridden: the names of the chart's Services are in the certificates",
      ],
      [
        "other names of the Services",
        { [`${KUBERNETES}/values`]: { nameOverride: "a", fullnameOverride: "b" } },
        "target.kubernetes.values.nameOverride: may not be overridden: the names of the chart's Services are in the certificates",
        "target.kubernetes.values.fullnameOverride: may not be overridden: the names of the chart's Services are in the certificates",
      ],
    ]);
  });

  describe("of the adapter's configuration", () => {
    const file = (path: string) => ({ [`${KUBERNETES}/configToml`]: path });
    const toml = (name: string, content: string) => file(written(name, content));
    const at = (name: string) => join(FILES, name);
    refusesChoreoConnect([
      [
        "a missing file",
        file("/does/not/exist.toml"),
        'target.kubernetes.configToml: there is no file at "/does/not/exist.toml"; the path is relative to Pulumi.yaml',
      ],
      [
        "a folder",
        file("charts"),
        'target.kubernetes.configToml: "charts" is a folder, not a file; the path is relative to Pulumi.yaml',
      ],
      [
        "an empty path",
        file(""),
        "target.kubernetes.configToml: found a text of 0 characters; must have at least 1 character",
      ],
      [
        "a value that the adapter's parser does not accept, as in the template in WSO2's git repository",
        toml("1.toml", "[adapter]\n  accessToken = $env{git_access_token}\n"),
        `target.kubernetes.configToml: "${at("1.toml")}", in line 2, column 17: a value begins with $; write it in quotes, as in "$env{NAME}"`,
      ],
      [
        "a type that the adapter does not accept, without quoting the value",
        toml("2.toml", "[adapter.server]\nport = 9843\n"),
        `target.kubernetes.configToml: "${at("2.toml")}", in line 2, column 1: adapter.server.port is a whole number, but the adapter expects a text in quotes`,
      ],
      [
        "a switched-off check of names",
        toml("3.toml", "[router.upstream.tls]\nverifyHostName = false\n"),
        `target.kubernetes.configToml: "${at("3.toml")}", in line 2, column 1: sets router.upstream.tls.verifyHostName to false: the router must verify its backends; only true is allowed`,
      ],
    ]);
  });

  it("has a release name so short that the chart cuts off no ends of names", () => {
    const named = (releaseName: string) => () =>
      choreoConnectOf({ [`${KUBERNETES}/releaseName`]: releaseName });
    assert.doesNotThrow(named("r".repeat(21)));
    assert.doesNotThrow(named(`choreo-connect-${"r".repeat(21)}`));
    assert.throws(
      named("r".repeat(22)),
      /releaseName: found "r{22}"; the chart would cut the names of its objects, .* write at most 21 characters/,
    );
    assert.throws(named(`choreo-connect-${"r".repeat(22)}`), /write at most 36 characters/);
  });
});
