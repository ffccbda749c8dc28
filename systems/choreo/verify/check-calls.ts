import { quote, type Certificate } from "../../../x509";
import { rehearse, type Client } from "../../../verify/rehearsal";
import type { Party } from "./check-component";
import { TODO } from "./component-view";

/**
 * Runs a server on loopback with exactly a component's certificate, key and CAs. All that call the component do so with
 * exactly theirs, by the host of the URL that they have, and then everyone who must be refused tries.
 */
export async function checkCalls(
  callee: Party,
  callers: readonly Party[],
  cas: readonly Certificate[],
  at: Date,
): Promise<void> {
  const { pair, list, leaf, outputs, ca } = callee;
  if (!outputs.server || pair === undefined) return; // already reported
  const isMutual = outputs.server.clients === "mutual-tls";
  const names = callers.map(({ name, outputs: { client } }) =>
    isMutual ? `${name} as ${client?.identity ?? ""}` : name,
  );
  await rehearse(
    {
      list,
      pair,
      leaf,
      at,
      todo: TODO.certificate,
      asks: isMutual ? "required" : "nothing",
      clientCas: isMutual ? [ca ?? ""] : undefined,
    },
    callers.map((caller) => clientOf(caller, callee)),
    {
      code: "accepted",
      good: () =>
        `${names.join(", ")} ${names.length === 1 ? "gets" : "get"} in${isMutual ? "" : " without being asked for a certificate"}`,
      todo: "A real call fails in the same way; the failed checks of both sides say why.",
    },
    selfOf(callee, cas),
  );
}

function clientOf({ name, pair, ca, leaf, urls, outputs }: Party, callee: Party): Client {
  const url = urls.get(callee.name);
  if (url === undefined || ca === undefined) return { name, fault: "has no URL or no CA for it." };
  if (!URL.canParse(url)) return { name, fault: `has ${quote(url)} for it, which is not a URL.` };
  const identity = outputs.client?.identity ?? "";
  return {
    name,
    expects: { host: new URL(url).hostname, ca },
    ...(pair && { pair, ...(leaf && { leaf }) }),
    // The server answers by the CN of the certificate that it saw.
    judgeSeen: ({ shown }) => {
      if (callee.outputs.server?.clients !== "mutual-tls") return undefined;
      const seen = shown === leaf?.fingerprint ? leaf?.subject.commonNames : undefined;
      const isKnown = seen?.length === 1 && seen[0] === identity;
      return isKnown ? undefined : `gets in, but is not seen as ${identity}.`;
    },
  };
}

/** A client for a component that nobody calls. */
function selfOf({ pair, leaf, outputs }: Party, cas: readonly Certificate[]): Client {
  const url = outputs.server?.url;
  const host = url === undefined ? (leaf?.dnsNames[0] ?? "localhost") : new URL(url).hostname;
  const ca = cas.map(({ pem }) => pem).join("");
  return { name: "a client", ...(pair && { pair }), expects: { host, ca } };
}
