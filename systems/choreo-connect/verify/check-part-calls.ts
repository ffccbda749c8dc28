import type { Part } from "../../../components/choreo-connect/party";
import { rehearse, type Client } from "../../../verify/rehearsal";
import type { PartParty } from "./check-part";
import { INTERNAL } from "./node-protocols";
import { peerCas } from "./peer-cas";
import type { Surroundings } from "./surroundings";
import { TODO } from "./todo";

/** A call from one part to another. */
interface Call {
  readonly caller: Part;
  readonly callee: Part;
  /** Name that the caller expects in the callee's certificate; undefined if it compares none, like Envoy's clusters. */
  readonly host: string | undefined;
}

/** Calls of the parts (wso2/product-microgateway v1.2.0): xDS (18000), ext_authz (8081), and the enforcer's xDS. */
const CALLS: readonly Call[] = [
  { caller: "router", callee: "adapter", host: undefined },
  { caller: "enforcer", callee: "adapter", host: "adapter" },
  { caller: "router", callee: "enforcer", host: undefined },
];

/**
 * Runs a server on loopback with exactly a part's files. Its peers call it with exactly theirs, and then everyone who must be
 * refused tries.
 */
export async function checkPartCalls(
  parts: readonly PartParty[],
  { cas, at }: Pick<Surroundings, "cas" | "at">,
): Promise<void> {
  for (const callee of parts) {
    const { view, list, leaf, pair } = callee;
    const clients = CALLS.flatMap(({ caller: part, callee: called, host }): Client[] => {
      const caller = parts.find((each) => each.view.part === part);
      if (called !== view.part || caller === undefined) return [];
      return [clientOf(caller, host, peerCas(caller.view, cas, callee).join(""))];
    });
    if (clients.length === 0 || leaf === undefined || pair === undefined) continue;
    const names = clients.map(({ name }) => name);
    await rehearse(
      {
        ...{ list, pair, leaf, at, asks: "required", speaks: INTERNAL, todo: view.todo },
        clientCas: peerCas(view, cas),
      },
      clients,
      {
        code: "accepted",
        good: () =>
          `${names.join(" and ")} ${names.length === 1 ? "gets" : "get"} in, with TLS 1.2`,
        todo: TODO.handshake,
      },
    );
  }
}

function clientOf({ view, pair, leaf }: PartParty, host: string | undefined, ca: string): Client {
  const name = `the ${view.part}`;
  if (pair === undefined) return { name, fault: "has no working pair." };
  return {
    ...{ name, pair, expects: { host, ca }, speaks: INTERNAL, comparesNoHost: host === undefined },
    ...(leaf && { leaf }),
  };
}
