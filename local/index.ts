export {
  controlPlaneStatus,
  startControlPlane,
  stopControlPlane,
  type ControlPlane,
  type ControlPlaneStatus,
  type StartOptions,
} from "./control-plane";
