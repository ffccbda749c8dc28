import { Relay } from "../../components/relay";
import type { ProgramSystem } from "../../stack/system";
import { configured, type RelaySettings } from "./system";

/** Relay as the Pulumi program knows it. */
export const relay: ProgramSystem<RelaySettings, typeof configured.sections> = {
  ...configured,
  prepare: (settings) => ({
    deploy: ({ authority, namespaceOf }) => {
      if (!authority) throw new Error("Relay without a CA"); // `problems` refuses it
      const { host, callers, namespace, certificate } = settings;
      const deployed = new Relay("relay", {
        ...{ host, callers, authority, ...certificate },
        namespace: namespaceOf(settings),
      });
      return {
        certificates: { relay: deployed.certificates },
        own: { relay: { namespace, host, secrets: deployed.secrets } },
      };
    },
  }),
};
