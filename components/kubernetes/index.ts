export { caObject, type CaObjectArgs } from "./ca-object";
export { ClusterUnreachable, checkClusterReachable, type ClusterChoice } from "./cluster";
export { namespace, type NamespaceArgs, type NamespaceHandle } from "./namespace";
export { STORE_KEYS } from "./store-keys";
export {
  KeyStoreSecret,
  TrustStoreSecret,
  storePassword,
  type KeyStoreSecretArgs,
  type TrustStoreSecretArgs,
} from "./store-secrets";
export { TlsSecret, type TlsSecretArgs } from "./tls-secret";
