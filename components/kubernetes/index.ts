export { checkClusterReachable, type ClusterChoice } from "./cluster";
export { inPlaceProvider } from "./in-place";
export {
  handleOf,
  namespace,
  type NamespaceArgs,
  type NamespaceHandle,
  type NamespaceInput,
  type ReadyNamespace,
} from "./namespace";
export {
  KeyStoreSecret,
  TlsSecret,
  TrustStoreSecret,
  caObject,
  storePassword,
  type CaObjectArgs,
  type KeyStoreSecretArgs,
  type TlsSecretArgs,
  type TrustStoreSecretArgs,
} from "./secrets";
