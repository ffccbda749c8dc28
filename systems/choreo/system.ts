import type { ConfiguredSystem } from "../../config/system";
import { problems } from "./problems";
import { claims, readers, resolve, sections, type ChoreoSettings } from "./settings";

/** Choreo as the configuration knows it. */
export const choreo: ConfiguredSystem<ChoreoSettings, typeof sections> = {
  title: "Choreo",
  sections,
  readers,
  resolve,
  problems,
  claims,
};
