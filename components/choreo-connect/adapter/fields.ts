/** A Go type of a key in the adapter's configuration. */
export type Scalar = "text" | "boolean" | "int" | "int32" | "uint32" | "duration";

/**
 * The type that the adapter expects at a key: a scalar, a table by its keys, a list of either, or a map with arbitrary
 * keys.
 */
export type Field =
  Scalar | "map of texts" | "map" | readonly [Scalar] | readonly [Fields] | Fields;

export interface Fields {
  readonly [name: string]: Field;
}

const all = (field: Field, ...names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, field]));

const KEYSTORE = all("text", "KeyPath", "CertPath");
const LOGIN = all("text", "Username", "Password");
const URL_GROUP = { ...all(["text"], "ReceiverURLs", "AuthURLs"), Type: "text" } as const;
const SERVICE: Fields = {
  ...all("int32", "Port", "MaxMessageSize", "MaxHeaderLimit", "KeepAliveTime"),
  ThreadPool: all("int32", "CoreSize", "MaxSize", "KeepAliveTime", "QueueSize"),
};
const COMPRESSED = {
  Enabled: "boolean",
  MinimumContentLength: "int",
  ContentType: ["text"],
} as const;

const ADAPTER: Fields = {
  Server: {
    Enabled: "boolean",
    ...all("text", "Host", "Port", "TokenTTL", "TokenPrivateKeyPath"),
    Users: [LOGIN],
  },
  VhostMapping: [all("text", "Environment", "Vhost")],
  Consul: {
    ...all("boolean", "Enable", "Enabled", "ServiceMeshEnabled"),
    ...all("text", "URL", "ACLToken", "MgwServiceName", "CaCertFile", "CertFile", "KeyFile"),
    PollInterval: "int",
  },
  Keystore: KEYSTORE,
  Truststore: { Location: "text" },
  ArtifactsDirectory: "text",
  SoapErrorInXMLEnabled: "boolean",
  SourceControl: {
    Enabled: "boolean",
    ...all("int", "PollInterval", "RetryInterval", "MaxRetryCount"),
    ArtifactsDirectory: "text",
    Repository: all("text", "URL", "Branch", "Username", "AccessToken", "SSHKeyFile"),
  },
};

const ROUTER: Fields = {
  ...all("text", "ListenerHost", "SecuredListenerHost", "ListenerCodecType", "SystemHost"),
  ...all("uint32", "ListenerPort", "SecuredListenerPort"),
  ...all("duration", "ClusterTimeoutInSeconds", "EnforcerResponseTimeoutInSeconds"),
  UseRemoteAddress: "boolean",
  KeyStore: KEYSTORE,
  Cors: {
    ...all("boolean", "Enabled", "AllowCredentials"),
    ...all(["text"], "AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders"),
  },
  Upstream: {
    TLS: {
      ...all("text", "MinimumProtocolVersion", "MaximumProtocolVersion", "Ciphers"),
      TrustedCertPath: "text",
      ...all("boolean", "VerifyHostName", "DisableSslVerification"),
    },
    Timeouts: all(
      "uint32",
      ...["RouteTimeoutInSeconds", "MaxRouteTimeoutInSeconds", "RouteIdleTimeoutInSeconds"],
    ),
    Health: all("int32", "Timeout", "Interval", "UnhealthyThreshold", "HealthyThreshold"),
    DNS: { DNSRefreshRate: "int32", RespectDNSTtl: "boolean" },
    Retry: { ...all("uint32", "MaxRetryCount", "BaseIntervalInMillis"), StatusCodes: ["uint32"] },
    HTTP2: all("uint32", "HpackTableSize", "MaxConcurrentStreams"),
  },
  Downstream: { TLS: { TrustedCertPath: "text", MTLSAPIsEnabled: "boolean" } },
  Connection: {
    Timeouts: all(
      "duration",
      ...["RequestTimeoutInSeconds", "RequestHeadersTimeoutInSeconds"],
      ...["StreamIdleTimeoutInSeconds", "IdleTimeoutInSeconds"],
    ),
  },
  PayloadPassingToEnforcer: {
    ...all("boolean", "PassRequestPayload", "AllowPartialMessage", "PackAsBytes"),
    MaxRequestBytes: "uint32",
  },
  Filters: {
    Compression: {
      Enabled: "boolean",
      Library: "text",
      RequestDirection: COMPRESSED,
      ResponseDirection: { ...COMPRESSED, EnableForEtagHeader: "boolean" },
      LibraryProperties: "map",
    },
  },
};

const ENFORCER: Fields = {
  Security: {
    TokenService: [
      {
        ...all("text", "Name", "Issuer", "CertificateAlias", "JwksURL"),
        ...all("text", "ConsumerKeyClaim", "CertificateFilePath"),
        ValidateSubscription: "boolean",
        ClaimMapping: [all("text", "RemoteClaim", "LocalClaim")],
      },
    ],
    AuthHeader: {
      EnableOutboundAuthHeader: "boolean",
      ...all("text", "AuthorizationHeader", "TestConsoleHeaderName"),
    },
    MutualSSL: {
      CertificateHeader: "text",
      ...all("boolean", "EnableClientValidation", "ClientCertificateEncode"),
      EnableOutboundCertificateHeader: "boolean",
    },
  },
  AuthService: SERVICE,
  JwtGenerator: {
    ...all("boolean", "Enable", "Enabled", "ConvertDialect", "EnableUserClaims", "UseKidProperty"),
    ...all("text", "Encoding", "ClaimDialect", "Header", "SigningAlgorithm"),
    ...all("text", "GatewayGeneratorImpl", "ClaimsExtractorImpl"),
    TokenTTL: "int32",
    Keypair: [
      { ...all("text", "PrivateKeyPath", "PublicCertificatePath"), UseForSigning: "boolean" },
    ],
    ...all("uint32", "JwksRatelimitQuota", "JwksRatelimitTimeWindowInSeconds"),
  },
  Cache: { Enabled: "boolean", ...all("int32", "MaximumSize", "ExpiryTime") },
  Throttling: {
    ...all("boolean", "EnableGlobalEventPublishing", "EnableHeaderConditions"),
    ...all("boolean", "EnableQueryParamConditions", "EnableJwtClaimConditions"),
    ...all("text", "JmsConnectionInitialContextFactory"),
    ...all("text", "JmsConnectionProviderURL", "jmsConnectionProviderUrl"),
    Publisher: {
      ...LOGIN,
      ...all([URL_GROUP], "URLGroup", "urlGroup"),
      Pool: all(
        "int32",
        ...["MaxIdleDataPublishingAgents", "InitIdleObjectDataPublishingAgents"],
        ...["PublisherThreadPoolCoreSize", "PublisherThreadPoolMaximumSize"],
        "PublisherThreadPoolKeepAliveTime",
      ),
      Agent: {
        ...all("text", "SslEnabledProtocols", "Ciphers"),
        ...all("int32", "QueueSize", "BatchSize", "CorePoolSize", "SocketTimeoutMS"),
        ...all("int32", "MaxPoolSize", "KeepAliveTimeInPool", "ReconnectionInterval"),
        ...all("int32", "MaxTransportPoolSize", "MaxIdleConnections", "EvictionTimePeriod"),
        ...all("int32", "MinIdleTimeInPool", "SecureMaxTransportPoolSize"),
        ...all("int32", "SecureMaxIdleConnections", "SecureEvictionTimePeriod"),
        SecureMinIdleTimeInPool: "int32",
      },
    },
  },
  JwtIssuer: {
    Enabled: "boolean",
    ...all("text", "Issuer", "Encoding", "ClaimDialect", "SigningAlgorithm"),
    ...all("text", "PublicCertificatePath", "PrivateKeyPath"),
    ValidityPeriod: "int32",
    JwtUser: [LOGIN],
  },
  Management: LOGIN,
  RestServer: all("boolean", "Enable", "Enabled"),
  Filters: [{ ClassName: "text", Position: "int32", ConfigProperties: "map of texts" }],
  Metrics: { Enabled: "boolean", Type: "text" },
};

const CONTROL_PLANE: Fields = {
  ...all("boolean", "Enabled", "SyncApisOnStartUp", "SendRevisionUpdate", "SkipSSLVerification"),
  ...all("text", "ServiceURL", "serviceUrl", "Username", "Password"),
  EnvironmentLabels: ["text"],
  RetryInterval: "duration",
  BrokerConnectionParameters: {
    EventListeningEndpoints: ["text"],
    ReconnectInterval: "duration",
    ReconnectRetryCount: "int",
  },
  HTTPClient: { RequestTimeOut: "duration" },
  RequestWorkerPool: {
    ...all("int", "PoolSize", "QueueSizePerPool"),
    PauseTimeAfterFailure: "duration",
  },
};

const GLOBAL_ADAPTER: Fields = {
  Enabled: "boolean",
  ...all("text", "ServiceURL", "serviceUrl", "LocalLabel", "OverwriteHostName", "OverrideHostName"),
  RetryInterval: "duration",
};

const ANALYTICS: Fields = {
  Enabled: "boolean",
  Type: "text",
  Adapter: {
    ...all("duration", "BufferFlushInterval", "GRPCRequestTimeout"),
    BufferSizeBytes: "uint32",
    CustomProperties: {
      Enabled: "boolean",
      ...all(["text"], "RequestHeaders", "ResponseHeaders", "ResponseTrailers"),
    },
  },
  Enforcer: { ConfigProperties: "map of texts", LogReceiver: SERVICE },
};

/**
 * The adapter's configuration (wso2/product-microgateway v1.2.0, adapter/config/types.go): its keys by their Go names
 * or tags. Other keys are ignored.
 */
export const ADAPTER_FIELDS: Fields = {
  Adapter: ADAPTER,
  Enforcer: ENFORCER,
  router: ROUTER,
  controlPlane: CONTROL_PLANE,
  globalAdapter: GLOBAL_ADAPTER,
  analytics: ANALYTICS,
  Tracing: { Enabled: "boolean", Type: "text", ConfigProperties: "map of texts" },
};
