export {
  ChoreoConnect,
  type ChoreoConnectArgs,
  type ComposeTarget,
  type KeptHere,
  type KubernetesTarget,
} from "./choreo-connect";
export { type Backend, type Gateway, type Part } from "./gateway";
export { type TlsPolicy } from "./upstream-tls/policy";
