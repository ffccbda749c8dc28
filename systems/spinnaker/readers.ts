import { VERIFY, type Readers } from "../../config/system";

const SERVICES = { Java: "services in Java", Go: "services in Go", ...VERIFY };

/** Readers of Spinnaker's certificates. Sources: kork and go-yaml-tools. */
export const readers: Readers = { ofServers: SERVICES, ofClients: SERVICES };
