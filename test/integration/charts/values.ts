import type { Values } from "./helm";

const database = { database: "d", username: "u", password: "p" };
const postgresql = { image: { repository: "bitnamilegacy/postgresql" }, auth: database };

/** The minimal values with which the orchestrator's chart installs. */
export const plainOrchestrator: Values = {
  database: { auth: database },
  postgresql,
};

/** Two organizations on one channel, with mutual TLS and the MSP ID checked. */
export const strictOrchestrator: Values = {
  ...plainOrchestrator,
  orchestrator: {
    verifyClientMSPID: true,
    tls: {
      enabled: true,
      cacert: "ca",
      secrets: { pair: "server-pair" },
      mtls: {
        enabled: true,
        clientCACerts: { MyOrg1MSP: ["ca-g1", "ca-g2"], MyOrg2MSP: ["ca-g2"] },
      },
    },
  },
  channels: [{ name: "our-channel", organizations: ["MyOrg1MSP", "MyOrg2MSP"] }],
  ingress: { enabled: true, hostname: "orchestrator.example.com", ingressClassName: "nginx" },
};

/** The minimal values with which the backend's chart installs. */
export const plainBackend: Values = {
  database: { auth: database },
  postgresql,
  redis: { image: { repository: "bitnamilegacy/redis" } },
  minio: { image: { repository: "bitnamilegacy/minio" } },
};

/** A backend that shows a client certificate to an orchestrator in its cluster. */
export const mutualBackend: Values = {
  ...plainBackend,
  organizationName: "First",
  orchestrator: {
    host: "orchestrator-server.substra.svc.cluster.local",
    mspID: "MyOrg1MSP",
    sameCluster: true,
    channels: [{ "our-channel": { restricted: false, model_export_enabled: true } }],
    tls: {
      enabled: true,
      cacert: "orchestrator-ca",
      mtls: { enabled: true, clientCertificate: "client-pair" },
    },
  },
  server: {
    defaultDomain: "https://api.org1.example.com:443",
    commonHostDomain: "org1.example.com",
    ingress: { enabled: true, hostname: "api.org1.example.com" },
  },
  config: { ALLOWED_HOSTS: '[".org1.example.com"]' },
  addAccountOperator: {
    users: [{ name: "admin", secret: "a-password-of-20-char", channel: "our-channel" }],
    incomingOrganizations: [{ name: "Second", secret: "from-second" }],
    outgoingOrganizations: [{ name: "First", secret: "to-first" }],
  },
};

/** Returns a key and its certificate, in one Secret. */
const pair = (secretName: string): Values => ({
  key: { secretName, subPath: "tls.key" },
  cert: { secretName, subPath: "tls.crt" },
});

/** Choreo Connect without any of its chart's default keys and certificates. */
export const wiredChoreoConnect: Values = {
  wso2: {
    deployment: {
      adapter: {
        security: {
          keystore: pair("adapter"),
          truststore: [
            { secretName: "control-plane", subPath: "tls.crt", mountAs: "controlplane.pem" },
          ],
        },
        ingress: { tlsSecretName: "adapter-host" },
      },
      gatewayRuntime: {
        enforcer: {
          security: {
            keystore: pair("enforcer"),
            backendJWT: { enabled: true, keystore: pair("token-signer") },
            truststore: [{ secretName: "control-plane", subPath: "tls.crt" }],
          },
        },
        router: {
          security: {
            keystore: pair("router"),
            backendCaCerts: { secretName: "backend-cas", subPath: "ca-certificates.crt" },
          },
          ingress: { tlsSecretName: "gateway-host" },
        },
      },
    },
  },
};
