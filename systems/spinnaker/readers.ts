import { VERIFY, type Readers } from "../../config/system";

/** Readers of Spinnaker's certificates. Sources: kork and go-yaml-tools. */
export const readers: Readers = {
  ofServers: { Java: "services in Java", Go: "services in Go", ...VERIFY },
  ofClients: { Java: "services in Java", Go: "services in Go", ...VERIFY },
};
