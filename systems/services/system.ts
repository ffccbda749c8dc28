import type { ConfiguredSystem } from "../../config/system";
import { problems } from "./problems";
import { readers } from "./section";
import { claims, resolve, sections, type ServicesSettings } from "./settings";

/** Services for the configuration. */
export const services: ConfiguredSystem<ServicesSettings, typeof sections> = {
  title: "Services",
  sections,
  readers,
  resolve,
  problems,
  claims,
};
