export { Spinnaker, type SpinnakerArgs, type ServiceMaterial, type Target } from "./spinnaker";
