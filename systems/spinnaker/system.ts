import type { ConfiguredSystem } from "../../config/system";
import { problems } from "./problems";
import { readers } from "./section";
import { claims, resolve, sections, type SpinnakerSettings } from "./settings";

/** Spinnaker for the configuration. */
export const spinnaker: ConfiguredSystem<SpinnakerSettings, typeof sections> = {
  title: "Spinnaker",
  sections,
  readers,
  resolve,
  problems,
  claims,
};
