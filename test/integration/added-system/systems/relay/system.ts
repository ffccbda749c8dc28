import { z } from "zod";
import { about } from "../../config/about";
import { lifetime, lifetimeKeys } from "../../config/certificate-fields";
import { hostName, label, refusalsIn, section } from "../../config/fields";
import { createNamespaceAbout } from "../../config/helm-release";
import { keyOf } from "../../config/problems";
import { CLIENT_LEAF, serverLeaf, type ConfiguredSystem } from "../../config/system";

const relay = section({
  namespace: label.meta(about("Namespace of the Secrets", "relay")),
  createNamespace: z.boolean().default(true).meta(createNamespaceAbout),
  host: hostName.meta(about("Host by which callers dial the server", "relay.example")),
  callers: z.array(label).meta(about("Names of the callers", ["probe"])),
  certificate: section(lifetimeKeys)
    .transform((life, context) => lifetime(life, refusalsIn(context)))
    .prefault({})
    .meta(about("The certificates of all parties")),
});

const sections = { relay: relay.meta(about("A relay and its callers")) };

export type RelaySettings = z.output<typeof relay>;

const GO = { Go: "relay" };

/** Relay as the configuration knows it. */
export const configured: ConfiguredSystem<RelaySettings, typeof sections> = {
  title: "Relay",
  sections,
  readers: { ofServers: GO, ofClients: GO },
  resolve: ({ relay: own }) => own,
  problems: ({ callers }, authority) => [
    ...(authority ? [] : [{ key: "authority", message: "is missing: it signs for the relay" }]),
    ...(callers.includes("server")
      ? [{ key: keyOf(["relay", "callers"]), message: 'has "server", which is the relay itself' }]
      : []),
  ],
  claims: ({ namespace, createNamespace, host, callers, certificate }) => ({
    namespaces: [{ path: ["relay"], namespace, createNamespace }],
    lifetimes: [{ path: ["relay"], hours: certificate.validityHours }],
    leaves: [serverLeaf([host]), ...callers.map(() => CLIENT_LEAF)],
  }),
};
