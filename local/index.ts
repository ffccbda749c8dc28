export {
  controlPlaneStatus,
  startControlPlane,
  stopControlPlane,
  type ControlPlane,
} from "./control-plane";
