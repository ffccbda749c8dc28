import { componentsOf, type Components } from "../../components/choreo/project";
import { about } from "../../config/about";
import { CLIENT_LEAF, serverLeaf } from "../../config/consumers";
import type { Claims, Readers, Sections } from "../../config/system";
import { choreo, type ChoreoConfig } from "./section";

export const sections = {
  choreo: choreo.meta(about("The components of one Choreo project (docs/choreo.md)")),
};

const COMPONENTS = { Go: "components in Go", Java: "in Java", OpenSSL: "in Node.js and Python" };

/** Readers of the components' certificates: the languages of Choreo's sample and guides. */
export const readers: Readers = { ofServers: COMPONENTS, ofClients: COMPONENTS };

/** The section of the configuration with everything that follows from it. */
export interface ChoreoSettings extends ChoreoConfig {
  /** Components in the order of their names. */
  readonly described: Components;
}

export function resolve({ choreo: own }: Sections<typeof sections>): ChoreoSettings | undefined {
  return own && { ...own, described: componentsOf(new Map(Object.entries(own.components))) };
}

export function claims({ target, certificate, described }: ChoreoSettings): Claims {
  return {
    namespaces:
      target.kind === "openchoreo" ? [{ path: ["choreo", "target", "openchoreo"], ...target }] : [],
    lifetimes: [{ path: ["choreo"], hours: certificate.validityHours }],
    leaves: described.flatMap(({ server, client }) => [
      ...(server ? [serverLeaf(server.dnsNames)] : []),
      ...(client ? [CLIENT_LEAF] : []),
    ]),
  };
}
