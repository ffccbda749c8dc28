import { refusesChoreoConnect } from "./make-choreo-connect";

const KUBERNETES = "target/kubernetes";

describe("Mounts in chart values", () => {
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
      "one over a folder above, with a different spelling",
      mounts("/home//wso2/./security/"),
      "target.kubernetes.values.wso2.deployment.volumeConfigs[0]: mounts at /home//wso2/./security/, which would hide Countersign's /home/wso2/security/keystore/mg.key in it; mount it elsewhere",
    ],
    [
      "one over everything",
      mounts("/"),
      "target.kubernetes.values.wso2.deployment.volumeConfigs[0]: mounts at /, which would hide Countersign's /home/wso2/security/keystore/mg.key in it; mount it elsewhere",
    ],
    [
      "one over certificates that the enforcer trusts",
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
      "nothing about files with other names",
      mounts("/home/wso2/security/truststore/mine.pem", "/etc/ssl/certificates"),
    ],
    ["nothing about values that the chart itself refuses", { ...mounts(undefined, 7) }],
    [
      "nothing about mounts that are not a list",
      { [`${KUBERNETES}/values`]: { wso2: { deployment: { volumeConfigs: "none" } } } },
    ],
  ]);
});

describe("Variables in chart values", () => {
  refusesChoreoConnect([
    [
      "one that points the adapter to another key",
      {
        [`${KUBERNETES}/values/wso2/deployment/adapter/envOverride`]: [
          { name: "cp_admin_pwd", value: "secret" },
          { name: "ADAPTER_PRIVATE_KEY_PATH", value: "/mine/mg.key" },
        ],
      },
      "target.kubernetes.values.wso2.deployment.adapter.envOverride[1]: sets ADAPTER_PRIVATE_KEY_PATH, which says where to find the certificates that Countersign mounts; remove it",
    ],
    [
      "one that points the router to other CAs",
      {
        [`${KUBERNETES}/values/wso2/deployment/gatewayRuntime/router/envOverride`]: [
          { name: "ENFORCER_CA_CERT_PATH", value: "/mine/ca.pem" },
        ],
      },
      "target.kubernetes.values.wso2.deployment.gatewayRuntime.router.envOverride[0]: sets ENFORCER_CA_CERT_PATH, which says where to find the certificates that Countersign mounts; remove it",
    ],
    [
      "one that points the enforcer to other CAs",
      {
        [`${KUBERNETES}/values/wso2/deployment/gatewayRuntime/enforcer/envOverride`]: [
          { name: "TRUSTED_CA_CERTS_PATH", value: "/mine" },
        ],
      },
      "target.kubernetes.values.wso2.deployment.gatewayRuntime.enforcer.envOverride[0]: sets TRUSTED_CA_CERTS_PATH, which says where to find the certificates that Countersign mounts; remove it",
    ],
    [
      "ones that override the adapter's configuration, in upper or lower case",
      {
        [`${KUBERNETES}/values/wso2/deployment/adapter/envOverride`]: [
          { name: "cc_Router_Upstream_TLS_VerifyHostName", value: "false" },
          { name: "CC_ENFORCER_JWTGENERATOR_KEYPAIR_1_USEFORSIGNING", value: "true" },
          { name: "CC_ENFORCER_JWTGENERATOR_ENABLED", value: "true" },
          { name: "CC_ADAPTER_KEYSTORE_KEYPATH", valueFrom: { secretKeyRef: {} } },
          { name: "CC_ROUTER_UPSTREAM_TIMEOUTS_ROUTETIMEOUTINSECONDS", value: "10" },
          { name: "CC_ENFORCER_JWTGENERATOR_ENABLEUSERCLAIMS", value: "true" },
        ],
      },
      "target.kubernetes.values.wso2.deployment.adapter.envOverride[0]: sets cc_Router_Upstream_TLS_VerifyHostName, which decides how the router calls backends; set choreoConnect.upstreamTls instead",
      "target.kubernetes.values.wso2.deployment.adapter.envOverride[1]: sets CC_ENFORCER_JWTGENERATOR_KEYPAIR_1_USEFORSIGNING, which decides which pair signs tokens, and Countersign's own must; remove it",
      "target.kubernetes.values.wso2.deployment.adapter.envOverride[2]: sets CC_ENFORCER_JWTGENERATOR_ENABLED, which decides whether backends get tokens; set choreoConnect.target.kubernetes.backendJwt instead",
      "target.kubernetes.values.wso2.deployment.adapter.envOverride[3]: sets CC_ADAPTER_KEYSTORE_KEYPATH, which tells the adapter where to find the pair that Countersign mounts; remove it",
    ],
  ]);
});
