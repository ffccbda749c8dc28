import type { Values } from "./helm";

/** Changes to working values, by path, and the message with which the chart refuses to render. */
export type Refusal = readonly [what: string, changes: Values, message: RegExp];

const CAS = "orchestrator.tls.mtls.clientCACerts";
const CERTIFICATE = "orchestrator.tls.createCertificates";
const PASSWORD = "database.auth.password";

/** Changes the map alone: without verifyClientMSPID, no other rule applies to it. */
const cas = (map: unknown): Values => ({ [CAS]: map, "orchestrator.verifyClientMSPID": false });
const password = (text: string): Values => ({ [PASSWORD]: text, "postgresql.auth.password": text });
const certificate = (changes: Values): Values => ({
  [CERTIFICATE]: {
    enabled: true,
    issuer: "ours",
    domains: ["orchestrator.example.com"],
    ...changes,
  },
});

const bundledDatabase: readonly Refusal[] = [
  [
    "an image whose tags are gone",
    { "postgresql.image.repository": "bitnami/postgresql" },
    /^postgresql\.image\.repository is "bitnami\/postgresql".*; use "bitnamilegacy\/postgresql"$/,
  ],
  ["no database", { "postgresql.enabled": false }, /: there is no database$/],
  [
    "a user that is not created",
    { "database.auth.username": "other" },
    /^database\.auth\.username is "other", postgresql\.auth\.username "u": /,
  ],
  [
    "the superuser, who has no password",
    { "database.auth.username": "postgres" },
    /^database\.auth\.username is "postgres", postgresql\.auth\.username "u": /,
  ],
  [
    "a database that is not created",
    { "database.auth.database": "other" },
    /^database\.auth\.database is "other", postgresql\.auth\.database "d": /,
  ],
  [
    "a password other than the user's",
    { [PASSWORD]: "another" },
    /^database\.auth\.password is not the password that postgresql\.auth gives to "u": /,
  ],
  [
    "a password other than the superuser's",
    {
      "database.auth.username": "postgres",
      "postgresql.auth.enablePostgresUser": true,
      "postgresql.auth.postgresPassword": "another",
    },
    /^database\.auth\.password is not the password that postgresql\.auth gives to "postgres": /,
  ],
  [
    "a password that only the sub-chart knows",
    { "postgresql.auth.password": "" },
    /^postgresql\.auth\.password is empty: /,
  ],
];

/** Changes to strictOrchestrator. */
export const orchestratorRefusals: readonly Refusal[] = [
  ...bundledDatabase,
  ["no client CA", cas({}), /clientCACerts is empty: the server .* dies at start/],
  ["client CAs set to null", cas(null), /clientCACerts is empty: /],
  ["client CAs as a list", cas(["ca"]), /clientCACerts is a slice: it is a map /],
  [
    "the README's sample, with a name instead of a list",
    cas({ MyOrg1MSP: "ca" }),
    /clientCACerts: "MyOrg1MSP" holds a string: it takes a list of Secret names$/,
  ],
  ["a map instead of a list", cas({ MyOrg1MSP: { a: "ca" } }), /"MyOrg1MSP" holds a map: /],
  ["an entry without a name", cas({ Org: [""] }), /clientCACerts\.Org names no Secret \(""\)$/],
  ["a name no Secret can have", cas({ Org: ["CA_1"] }), /clientCACerts\.Org is "CA_1", a name /],
  ["one Secret twice in a list", cas({ Org: ["a", "a"] }), /"a" and "a" would both be .* a\.crt/],
  [
    "two Secrets with one file name",
    cas({ Org: ["http2xx", "http-2xx"] }),
    /clientCACerts\.Org: "http2xx" and "http-2xx" would both be the file http-2xx\.crt, /,
  ],
  [
    "a key of 33 characters",
    cas({ ["a".repeat(33)]: ["ca"] }),
    /"a{33}" in kebab case, 33 characters of the 32 /,
  ],
  [
    "a key of 33 characters in kebab case only",
    cas({ [`${"a".repeat(30)}MS`]: ["ca"] }),
    /"a{30}MS" is "a{30}-ms" in kebab case, 33 characters of the 32 /,
  ],
  [
    "a key with a dot",
    cas({ "org.example": ["ca"] }),
    /client-cacert-org\.example", which the API/,
  ],
  ["a key with brackets", cas({ "Org (1)": ["ca"] }), /"Org \(1\)" would name a volume /],
  ["a key beyond ASCII", cas({ Société: ["ca"] }), /"Société" would name a volume /],
  ["a key that breaks its path", cas({ "a/b": ["ca"] }), /"a\/b" would name a volume /],
  ["a key that ends in a blank", cas({ "Org ": ["ca"] }), /"Org " would name a volume /],
  [
    "two keys with one volume",
    cas({ "Org A": ["ca"], org_a: ["ca"] }),
    /"Org A" and "org_a" would name one volume "orchestrator-tls-client-cacert-org-a" twice, /,
  ],
  [
    "a channel member without a CA",
    { channels: [{ name: "c", organizations: ["MyOrg1MSP", "MyOrg3MSP"] }] },
    /clientCACerts has no Secret under "MyOrg3MSP", a member of channel "c": .* refused for ever/,
  ],
  [
    "a channel member in lower case",
    { channels: [{ name: "c", organizations: ["myorg1msp"] }] },
    /has no Secret under "myorg1msp"/,
  ],
  ["a member with an empty list", { [`${CAS}.MyOrg1MSP`]: [] }, /no Secret under "MyOrg1MSP"/],
  ["channels as a map", { channels: { c: ["MyOrg1MSP"] } }, /^channels is a map: it is a list /],
  ["a channel without members", { channels: [{ name: "c" }] }, /^channels: an entry is not /],
  [
    "a channel twice",
    { channels: [1, 2].map(() => ({ name: "c", organizations: ["MyOrg1MSP"] })) },
    /^channels: "c" stands twice, /,
  ],
  ["no CA", { "orchestrator.tls.cacert": "" }, /^orchestrator\.tls\.cacert names no Secret/],
  ["no pair", { "orchestrator.tls.secrets.pair": null }, /tls\.secrets\.pair names no Secret/],
  ["hostname and extraHosts", { "ingress.extraHosts": [{ name: "b.c" }] }, /does not parse: /],
  ["an Ingress without hosts", { "ingress.hostname": "" }, /refuses an Ingress without rules$/],
  ["a Certificate without an issuer", certificate({ issuer: "" }), /\.issuer is empty: /],
  ["an issuer of another kind", certificate({ issuerKind: "Vault" }), /\.issuerKind is "Vault": /],
  ["a Certificate without names", certificate({ domains: [] }), /\.domains is empty: /],
  [
    "a Certificate for a wildcard",
    certificate({ domains: ["orchestrator.example.com", "*.example.com"] }),
    /\.domains: "\*\.example\.com" begins with an asterisk, which renders YAML that /,
  ],
  [
    "a Certificate without the probes' name",
    certificate({ domains: ["other.example.com"] }),
    /\.domains lacks "orchestrator\.example\.com", the name the probes check: /,
  ],
  ["a slash in the password", password("a/b"), /^database\.auth\.password holds a character /],
  [
    "a percent sign in the password",
    password("a%b"),
    /^database\.auth\.password holds a character /,
  ],
  ["a blank in the password", password("a b"), /^database\.auth\.password holds a character /],
  [
    "a colon in the user's name",
    { "database.auth.username": "a:b", "postgresql.auth.username": "a:b" },
    /^database\.auth\.username "a:b" holds a character /,
  ],
];

const bitnami = (store: string): Refusal => [
  `${store} from an image whose tags are gone`,
  { [`${store}.image.repository`]: `bitnami/${store}` },
  new RegExp(
    `^${store}\\.image\\.repository is "bitnami/${store}".*; use "bitnamilegacy/${store}"$`,
  ),
];

/** Changes to mutualBackend. */
export const backendRefusals: readonly Refusal[] = [
  ...bundledDatabase,
  bitnami("redis"),
  bitnami("minio"),
  ["no CA", { "orchestrator.tls.cacert": null }, /^orchestrator\.tls\.cacert names no Secret/],
  [
    "no client certificate",
    { "orchestrator.tls.mtls.clientCertificate": "" },
    /^orchestrator\.tls\.mtls\.clientCertificate names no Secret \(""\)$/,
  ],
  ["no host", { "orchestrator.host": "" }, /^orchestrator\.host is empty: /],
  ["no MSP ID", { "orchestrator.mspID": "" }, /^orchestrator\.mspID is empty: /],
  [
    "channels as a map",
    { "orchestrator.channels": { c: {} } },
    /^orchestrator\.channels is a map: /,
  ],
  [
    "channels in the form of the orchestrator's chart",
    { "orchestrator.channels": [{ name: "c", organizations: ["MyOrg1MSP"] }] },
    /^orchestrator\.channels: an entry is not a map from one channel's name /,
  ],
  ["a list in config", { "config.ALLOWED_HOSTS": ["a"] }, /^config\.ALLOWED_HOSTS is a slice: /],
  [
    "a short password",
    { "addAccountOperator.users": [{ name: "admin", secret: "a".repeat(19), channel: "c" }] },
    /^addAccountOperator\.users: the secret of "admin" has 19 of 20 characters: /,
  ],
  [
    "an organization without a secret",
    { "addAccountOperator.incomingOrganizations": [{ name: "Second" }] },
    /^addAccountOperator\.incomingOrganizations: an entry has no name or no secret: /,
  ],
  [
    "no private CA",
    { privateCa: { enabled: true, secret: { name: "" } } },
    /^privateCa\.secret\.name /,
  ],
  ["an Ingress without hosts", { "server.ingress.hostname": "" }, /an Ingress without rules$/],
  ["no queue", { "redis.enabled": false }, /: there is no queue$/],
  [
    "an external queue whose password is in no Secret",
    { "redis.enabled": false, "redis.host": "queue.example.com" },
    /redis\.auth\.existingSecret is empty: nothing makes the Secret "orchestrator-redis" /,
  ],
  [
    "a queue with another name",
    { "redis.fullnameOverride": "queue" },
    /^redis: the sub-chart would name its objects "queue", .* look for "orchestrator-redis"$/,
  ],
  [
    "an object store with another name",
    { "minio.nameOverride": "objects" },
    /^minio: the sub-chart would name its objects "orchestrator-objects", /,
  ],
  ["no object store", { "minio.enabled": false }, /: there is no object store /],
  [
    "a login provider without credentials",
    { "oidc.enabled": true },
    /^oidc\.clientSecretName names no Secret/,
  ],
  ["a short key of the object store", { "minio.auth.rootPassword": "minio12" }, /^minio\.auth: /],
];

const CONNECT = "wso2.deployment";
const GATEWAY = `${CONNECT}.gatewayRuntime`;
const file = (secretName: unknown, subPath = "tls.crt") => ({ secretName, subPath });
const truststore = (...entries: readonly unknown[]): Values => ({
  [`${CONNECT}.adapter.security.truststore`]: entries,
});
const volume = (container: string) => ({
  name: "policy",
  resource: { kind: "ConfigMap", name: "policy" },
  mount: { container: `choreo-connect-${container}`, path: "/mnt/policy" },
});

/** Changes to wiredChoreoConnect. */
export const choreoConnectRefusals: readonly Refusal[] = [
  [
    "a certificate without its key",
    { [`${CONNECT}.adapter.security.keystore`]: { cert: file("adapter") } },
    /^wso2\.deployment\.adapter\.security\.keystore has no key: .* both of key and cert, or neither$/,
  ],
  [
    "a key without its certificate",
    { [`${GATEWAY}.router.security.keystore`]: { key: file("router", "tls.key") } },
    /^wso2\.deployment\.gatewayRuntime\.router\.security\.keystore has no cert: /,
  ],
  [
    "half a pair for tokens",
    { [`${GATEWAY}.enforcer.security.backendJWT.keystore`]: { cert: file("token") } },
    /enforcer\.security\.backendJWT\.keystore has no key: /,
  ],
  [
    "a Secret's name instead of the file in it",
    { [`${GATEWAY}.enforcer.security.keystore.cert`]: "enforcer" },
    /enforcer\.security\.keystore\.cert is not \{secretName, subPath\}: a whole Secret /,
  ],
  [
    "CAs of backends without a file",
    { [`${GATEWAY}.router.security.backendCaCerts`]: { secretName: "cas" } },
    /router\.security\.backendCaCerts is not \{secretName, subPath\}: /,
  ],
  [
    "a name that no Secret can have",
    { [`${GATEWAY}.router.security.backendCaCerts.secretName`]: "CAs_1" },
    /backendCaCerts\.secretName is "CAs_1", a name that no Secret can have$/,
  ],
  ["no Secret", truststore(file("")), /adapter\.security\.truststore\.secretName names no Secret/],
  [
    "one certificate twice in a truststore",
    truststore(file("cas"), file("cas")),
    /truststore: two entries would name one volume "adapter-cas-tls-crt", /,
  ],
  [
    "two names that differ only after their 63rd character",
    truststore(file(`${"a".repeat(60)}-1`), file(`${"a".repeat(60)}-2`)),
    /truststore: two entries would name one volume "adapter-a{55}", /,
  ],
  [
    "a volume that no pod can have",
    truststore(file("cas", "ca_1.crt")),
    /truststore: a volume would be called "adapter-cas-ca_1-crt", /,
  ],
  [
    "two certificates in one file",
    truststore({ ...file("a"), mountAs: "a.pem" }, { ...file("b"), mountAs: "a.pem" }),
    /truststore: "a\.pem" stands twice in the truststore, .*; set another mountAs$/,
  ],
  [
    "a certificate in the file of another component's certificate",
    truststore({ ...file("a"), mountAs: "router-ca-cert.pem" }),
    /truststore: "router-ca-cert\.pem" stands twice /,
  ],
  [
    "one volume for both containers of a pod",
    { [`${CONNECT}.volumeConfigs`]: [volume("enforcer"), volume("router")] },
    /^wso2\.deployment\.volumeConfigs: "policy" stands twice in one pod, /,
  ],
];
