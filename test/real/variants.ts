import type { Values } from "../integration/charts/helm";

const CREDENTIALS: Values = {
  "database.auth.credentialsSecretName": "credentials",
  "postgresql.auth.existingSecret": "credentials",
};
const SUPERUSER: Values = {
  "database.auth.username": "postgres",
  "postgresql.auth.enablePostgresUser": true,
  "postgresql.auth.postgresPassword": "p",
};
const NO_CLIENT_CERTIFICATES: Values = { "orchestrator.tls.mtls.enabled": false };
const NO_TLS: Values = { "orchestrator.tls.enabled": false };
const OTHER_DATABASE: Values = { "postgresql.enabled": false, "database.host": "db.example.com" };

/**
 * Changes to values with which each stand-in is compared again, by description; together they cover each path of its
 * templates.
 */
export const VARIANTS: Readonly<Record<string, Readonly<Record<string, Values>>>> = {
  orchestrator: {
    " with the database's superuser": SUPERUSER,
    " with the database's default credentials": { "database.auth": {}, "postgresql.auth": {} },
    " without client certificates": NO_CLIENT_CERTIFICATES,
    " without TLS": NO_TLS,
    " with the database's credentials in a Secret": CREDENTIALS,
    " with a database elsewhere": OTHER_DATABASE,
    " with metrics and another port": { "metrics.enabled": true, "service.port": 9001 },
    " with a certificate from cert-manager": {
      "orchestrator.tls.createCertificates": {
        enabled: true,
        issuer: "ours",
        domains: ["orchestrator.example.com"],
      },
    },
    " with other names": {
      nameOverride: "hub",
      fullnameOverride: "account",
      "orchestrator.fullnameOverride": "server",
      "migrations.fullnameOverride": "schema",
      "postgresql.nameOverride": "own-postgresql",
    },
    " with other hosts": {
      "ingress.hostname": "",
      "ingress.extraHosts": [{ name: "a.example.com" }, { name: "b.example.com", path: "/b" }],
    },
    " without volumes": { "postgresql.primary.persistence.enabled": false },
  },
  "substra-backend": {
    " with the database's superuser": SUPERUSER,
    " without client certificates": NO_CLIENT_CERTIFICATES,
    " without TLS": NO_TLS,
    " with the database's credentials in a Secret": CREDENTIALS,
    " with a database elsewhere": OTHER_DATABASE,
    " with a queue elsewhere": {
      "redis.enabled": false,
      "redis.host": "queue.example.com",
      "redis.auth.existingSecret": "queue",
      "redis.auth.existingSecretPasswordKey": "password",
    },
    " with a private CA": { privateCa: { enabled: true, secret: { data: "PEM" } } },
    " with accounts from elsewhere": { "addAccountOperator.existingSecret": "accounts" },
    " with a registry elsewhere": {
      "docker-registry.enabled": false,
      "containerRegistry.local": false,
    },
    " with a login provider": {
      oidc: { enabled: true, clientSecretName: "oidc", provider: { url: "https://login.example" } },
    },
    " with existing claims": {
      "server.persistence.servermedias.existingClaim": "medias",
      "minio.persistence.existingClaim": "objects",
      "docker-registry.persistence.existingClaim": "images",
    },
    " without volumes": {
      "minio.persistence.enabled": false,
      "docker-registry.persistence.enabled": false,
      "redis.master.persistence.enabled": false,
      "postgresql.primary.persistence.enabled": false,
    },
    " without workers": {
      "worker.enabled": false,
      "worker.events.enabled": false,
      "builder.enabled": false,
      "scheduler.enabled": false,
      "schedulerWorker.enabled": false,
    },
    " with another name": { nameOverride: "hub" },
    " with more hosts and local calls": {
      "server.ingress.extraHosts": [{ name: "a.example.com" }],
      "server.allowLocalRequests": true,
      "orchestrator.sameCluster": false,
    },
  },
};
