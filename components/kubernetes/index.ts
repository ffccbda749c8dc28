export { caObject, type CaObjectArgs } from "./ca-object";
export { ClusterUnreachable, checkClusterReachable, type ClusterChoice } from "./cluster";
export { namespace, type NamespaceArgs, type NamespaceHandle } from "./namespace";
export { TlsSecret, type TlsSecretArgs } from "./tls-secret";
