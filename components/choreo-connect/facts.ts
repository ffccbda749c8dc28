import type { Facts, PeerFacts } from "../../facts";
import type { CertificateAuthority } from "../pki";
import type { Backend, Gateway, Part } from "./gateway";
import { certificateName } from "./pair";
import { backendParty, backendSource, partyOf, sourceOf } from "./party";

/**
 * Who of a gateway and its backends presents what to whom.
 *
 * @param nameOf a part's pair, or that of `backend-<name>`.
 */
export function factsOf(
  { backends }: Gateway,
  authority: CertificateAuthority,
  nameOf: (pair: string) => string,
): Facts {
  const trusts = authority.generations.map(({ id }) => id);
  // Of a backend with a certificate of its own there is nothing that changes here.
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
    // It is what the backend is given for; whether it asks, its own configuration decides.
    serves: "mutual-tls",
  });
  const called = ours.map(({ name }) => backendParty(name));
  return {
    peers: [
      // Clients of the gateway show tokens; certificates are for the listener's own settings.
      part("router", [partyOf("adapter"), partyOf("enforcer"), ...called], "tls"),
      part("enforcer", [partyOf("adapter")], "mutual-tls"),
      part("adapter", [], "mutual-tls"),
      ...ours.map(backend),
    ],
  };
}
