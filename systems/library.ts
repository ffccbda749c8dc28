/**
 * The components of the package: importing it registers nothing.
 *
 * @packageDocumentation
 */
export * as choreo from "../components/choreo";
export * as choreoConnect from "../components/choreo-connect";
export * as enrollment from "../components/enrollment";
export * as kubernetes from "../components/kubernetes";
export * as pki from "../components/pki";
export * as spinnaker from "../components/spinnaker";
export * as substra from "../components/substra";
