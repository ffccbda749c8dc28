import type { ConfiguredSystem } from "../../config/system";
import { problems } from "./problems";
import { claims, readers, resolve, sections, type ChoreoConnectSettings } from "./settings";

/** Choreo Connect as the configuration knows it. */
export const choreoConnect: ConfiguredSystem<ChoreoConnectSettings, typeof sections> = {
  title: "Choreo Connect",
  sections,
  readers,
  resolve,
  problems,
  claims,
};
