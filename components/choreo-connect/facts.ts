import type { Facts, PeerFacts } from "../../facts";
import type { CertificateAuthority } from "../pki";
import type { Backend, Gateway } from "./gateway";
import type { Part } from "./party";
import { certificateName } from "./pair";
import { backendParty, backendSource, partyOf, sourceOf } from "./party";

/**
 * Facts about who presents which certificate to whom, for a gateway and its backends.
 *
 * @param nameOf returns the name of the pair of a part, or of `backend-<name>`.
 */
export function factsOf(
  { backends }: Gateway,
  authority: CertificateAuthority,
  nameOf: (pair: string) => string,
): Facts {
  const trusts = authority.generations.map(({ id }) => id);
  // For a backend with its own certificate, nothing changes here.
  const ours = [...backends.values()].filter(({ certificate }) => certificate.kind === "issued");
  const part = (own: Part, dials: readonly string[], serves: PeerFacts["serves"]): PeerFacts => ({
    party: partyOf(own),
    source: sourceOf(own),
    presents: certificateName(nameOf(own)),
    trusts,
    dials: [...dials],
    serves,
  });
  const backend = ({ name }: Backend): PeerFacts => ({
    party: backendParty(name),
    source: backendSource(name),
    presents: certificateName(nameOf(`backend-${name}`)),
    trusts,
    dials: [],
    // The certificate is meant for this. Whether the backend asks for one is its own configuration.
    serves: "mutual-tls",
  });
  const called = ours.map(({ name }) => backendParty(name));
  return {
    peers: [
      // Clients of the gateway show tokens; client certificates depend on the listener's own settings.
      part("router", [partyOf("adapter"), partyOf("enforcer"), ...called], "tls"),
      part("enforcer", [partyOf("adapter")], "mutual-tls"),
      part("adapter", [], "mutual-tls"),
      ...ours.map(backend),
    ],
  };
}
