export { Choreo, nameOf, type ChoreoArgs, type ComponentMaterial, type Target } from "./choreo";
export { ChoreoComponent } from "./component";
