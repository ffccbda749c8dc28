export {
  ChoreoConnect,
  type ChoreoConnectArgs,
  type ComposeTarget,
  type KeptHere,
  type KubernetesTarget,
} from "./choreo-connect";
export { type Backend, type Gateway } from "./gateway";
export { type Part } from "./party";
export { type TlsPolicy } from "./upstream-tls";
