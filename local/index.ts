export {
  startControlPlane,
  stopControlPlane,
  type ControlPlane,
  type StartOptions,
} from "./control-plane";
export { controlPlaneStatus, type ControlPlaneStatus } from "./status";
