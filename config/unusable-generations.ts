import { readCertificate, type Certificate } from "../x509";
import { checkAboveFor, checkAnchorFor, checkSignerFor } from "../x509/consumers";
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
    ];
    const advice =
      generation.state === "signing"
        ? "Have the CA's certificate issued again without that, bring another CA, or let a generation be made here."
        : "Bring a certificate of that CA without that, or remove the generation.";
    // The others are not handed what is above a CA.
    const above = config.choreo
      ? checkAboveFor(
          ca,
          (generation.chain ?? []).map((pem) => readCertificate(pem)),
          generation.state === "signing" ? leavesOf(config) : [],
          readersOf("choreo").ofServers,
          new Date(),
        )
      : [];
    const at = (key: string) => keyOf(["authority", "generations", name, key]);
    return [
      ...found.map(({ message }) => ({ key: at("certificate"), message: `${message} ${advice}` })),
      ...above.map(({ message }) => ({ key: at("chain"), message: `${message} ${advice}` })),
    ];
  });
}

/** The Substra orchestrator compares key identifiers (lib/utils of its server); nobody else asks for them. */
function withoutIdentifier({ subject, subjectKeyId }: Certificate, config: StackConfig) {
  if (subjectKeyId !== undefined || !systemsOf(config).includes("substra")) return [];
  const message = `${subject.text} has no subject key identifier, which the Substra orchestrator asks for.`;
  return [{ message }];
}
