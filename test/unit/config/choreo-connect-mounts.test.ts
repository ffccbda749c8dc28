import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { refusesChoreoConnect } from "./make-choreo-connect";

const KUBERNETES = "target/kubernetes";

describe("Mounts of chart values", () => {
  const mounts = (...paths: unknown[]) => ({
    [`${KUBERNETES}/values/wso2/deployment/volumeConfigs`]: paths.map((path) => ({
      name: "mine",
      resource: { kind: "Secret", name: "mine" },
      mount: { container: "choreo-connect-router", path },
    })),
  });
  refusesChoreoConnect([
    [
      "one over the router's key",
      mounts("/opt/mine", "/home/wso2/security/keystore/mg.key"),
      "target.kubernetes.values.wso2.deployment.volumeConfigs[1]: mounts at /home/wso2/security/keystore/mg.key, which would hide Countersign's /home/wso2/security/keystore/mg.key; mount it elsewhere",
    ],
    [
      "one over the folder of the keys",
      mounts("/home/wso2/security/keystore"),
      "target.kubernetes.values.wso2.deployment.volumeConfigs[0]: mounts at /home/wso2/security/keystore, which would hide Countersign's /home/wso2/security/keystore/mg.key in it; mount it elsewhere",
    ],
    [
      "one over a folder above, written in another way",
      mounts("/home//wso2/./security/"),
      "target.kubernetes.values.wso2.deployment.volumeConfigs[0]: mounts at /home//wso2/./security/, which would hide Countersign's /home/wso2/security/keystore/mg.key in it; mount it elsewhere",
    ],
    [
      "one over everything",
      mounts("/"),
      "target.kubernetes.values.wso2.deployment.volumeConfigs[0]: mounts at /, which would hide Countersign's /home/wso2/security/keystore/mg.key in it; mount it elsewhere",
    ],
    [
      "one over whom the enforcer trusts",
      mounts("/home/wso2/security/truststore/wso2carbon.pem"),
      "target.kubernetes.values.wso2.deployment.volumeConfigs[0]: mounts at /home/wso2/security/truststore/wso2carbon.pem, which would hide Countersign's /home/wso2/security/truststore/wso2carbon.pem; mount it elsewhere",
    ],
    [
      "one over the CAs of backends",
      mounts("/etc/ssl/certs"),
      "target.kubernetes.values.wso2.deployment.volumeConfigs[0]: mounts at /etc/ssl/certs, which would hide Countersign's /etc/ssl/certs/ca-certificates.crt in it; mount it elsewhere",
    ],
    [
      "one over the adapter's configuration",
      mounts("/home/wso2/conf/config.toml"),
      "target.kubernetes.values.wso2.deployment.volumeConfigs[0]: mounts at /home/wso2/conf/config.toml, which would hide Countersign's /home/wso2/conf/config.toml; mount it elsewhere",
    ],
    [
      "nothing about files of other names",
      mounts("/home/wso2/security/truststore/mine.pem", "/etc/ssl/certificates"),
    ],
    ["nothing about what the chart itself will refuse", { ...mounts(undefined, 7) }],
    [
      "nothing about no list of mounts",
      { [`${KUBERNETES}/values`]: { wso2: { deployment: { volumeConfigs: "none" } } } },
    ],
  ]);
});

describe("The template of a chart in a folder", () => {
  const FOLDER = mkdtempSync(join(tmpdir(), "countersign-cc-chart-"));
  after(() => rmSync(FOLDER, { recursive: true }));
  const chart = (name: string, template?: string) => {
    const path = join(FOLDER, name);
    mkdirSync(join(path, "confs"), { recursive: true });
    writeFileSync(
      join(path, "Chart.yaml"),
      stringify({ name: "choreo-connect", version: "1.2.0" }),
    );
    if (template !== undefined) writeFileSync(join(path, "confs/config.toml.template"), template);
    return { [`${KUBERNETES}/chart`]: { path }, upstreamTls: {} };
  };
  refusesChoreoConnect([
    [
      "none there",
      chart("none"),
      "upstreamTls: needs target.kubernetes.configToml, a file to write it into: the chart takes the adapter's configuration as a whole. Begin with the chart's own: `helm pull choreo-connect --repo https://helm.wso2.com --version 1.2.0-2 --untar`, and copy choreo-connect/confs/config.toml.template",
    ],
    [
      "one that cannot be filled in",
      chart("twice", "[router.upstream.tls]\n[router.upstream.tls]\n"),
      "target.kubernetes.chart: its template has [router.upstream.tls] in lines 1 and 2, and the adapter takes it once",
    ],
    [
      "one without checks",
      chart("blind", "[router.upstream.tls]\ndisableSslVerification = true\n"),
      "target.kubernetes.chart: its template has disableSslVerification = true in line 2: the router must verify its backends, so only false is allowed",
    ],
  ]);
});

describe("Variables of chart values", () => {
  refusesChoreoConnect([
    [
      "one that leads the adapter to another key",
      {
        [`${KUBERNETES}/values/wso2/deployment/adapter/envOverride`]: [
          { name: "cp_admin_pwd", value: "secret" },
          { name: "ADAPTER_PRIVATE_KEY_PATH", value: "/mine/mg.key" },
        ],
      },
      "target.kubernetes.values.wso2.deployment.adapter.envOverride[1]: sets ADAPTER_PRIVATE_KEY_PATH, by which the certificates that Countersign mounts are found; remove it",
    ],
    [
      "one that leads the router to other CAs",
      {
        [`${KUBERNETES}/values/wso2/deployment/gatewayRuntime/router/envOverride`]: [
          { name: "ENFORCER_CA_CERT_PATH", value: "/mine/ca.pem" },
        ],
      },
      "target.kubernetes.values.wso2.deployment.gatewayRuntime.router.envOverride[0]: sets ENFORCER_CA_CERT_PATH, by which the certificates that Countersign mounts are found; remove it",
    ],
    [
      "one that leads the enforcer to another trust",
      {
        [`${KUBERNETES}/values/wso2/deployment/gatewayRuntime/enforcer/envOverride`]: [
          { name: "TRUSTED_CA_CERTS_PATH", value: "/mine" },
        ],
      },
      "target.kubernetes.values.wso2.deployment.gatewayRuntime.enforcer.envOverride[0]: sets TRUSTED_CA_CERTS_PATH, by which the certificates that Countersign mounts are found; remove it",
    ],
  ]);
});
