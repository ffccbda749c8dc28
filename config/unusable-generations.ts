import { readCertificate, type Certificate } from "../x509";
import { checkAloneFor, checkAnchorFor, checkSignerFor } from "../x509/consumers";
import type { StackConfig } from ".";
import { leavesOf, readersOf, systemsOf, trustersOf } from "./consumers";
import { keyOf, type Problem } from "./problems";

/** CAs that are brought in, but which somebody who is to trust them would refuse. */
export function unusableGenerations(config: StackConfig): Problem[] {
  const consumers = trustersOf(config);
  const generations = Object.entries(config.authority?.generations ?? {});
  return generations.flatMap(([name, generation]) => {
    if (generation.kind !== "existing") return [];
    const ca = readCertificate(generation.certificate);
    const found = [
      ...(generation.state === "signing"
        ? checkSignerFor(ca, leavesOf(config), consumers, new Date())
        : [...checkAnchorFor(ca, consumers), ...withoutIdentifier(ca, config)]),
      // `countersign verify` is as lenient as the programs of the other systems, and so only Choreo's components matter.
      ...(config.choreo ? checkAloneFor(ca, readersOf("choreo").ofServers) : []),
    ];
    const advice =
      generation.state === "signing"
        ? "Have the CA's certificate issued again without that, bring another CA, or let a generation be made here."
        : "Bring a certificate of that CA without that, or remove the generation.";
    const key = keyOf(["authority", "generations", name, "certificate"]);
    return found.map(({ message }) => ({ key, message: `${message} ${advice}` }));
  });
}

/** The Substra orchestrator compares key identifiers (lib/utils of its server); nobody else asks for them. */
function withoutIdentifier({ subject, subjectKeyId }: Certificate, config: StackConfig) {
  if (subjectKeyId !== undefined || !systemsOf(config).includes("substra")) return [];
  const message = `${subject.text} has no subject key identifier, which the Substra orchestrator asks for.`;
  return [{ message }];
}
