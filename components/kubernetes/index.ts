export { checkClusterReachable, inPlaceProvider, type ClusterChoice } from "./cluster";
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
