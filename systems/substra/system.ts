import type { ConfiguredSystem } from "../../config/system";
import { problems } from "./problems";
import { claims, readers, resolve, sections, type SubstraSettings } from "./settings";

/** Substra for the configuration. */
export const substra: ConfiguredSystem<SubstraSettings, typeof sections> = {
  title: "Substra",
  sections,
  readers,
  resolve,
  problems,
  claims,
};
