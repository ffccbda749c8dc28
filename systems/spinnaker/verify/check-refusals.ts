import { reaches } from "../../../components/spinnaker/phase";
import type { Doorkeeper } from "../../../verify/tls/entrance";
import { impostorOf } from "../../../verify/tls/impostor";
import {
  FOREIGN_CA,
  NO_CERTIFICATE,
  OTHER_HOST,
  STRANGER,
  expectRefusal,
} from "../../../verify/tls/refusals";
import { REPAIR } from "../../../verify/todo";
import type { Party } from "./sides";

/** Who must be refused by a service in its phase, and whom its callers must refuse in its place. */
export async function checkRefusals(
  door: Doorkeeper,
  callee: Party,
  callers: readonly Party[],
): Promise<void> {
  const { list, server } = callee;
  const { phase } = callee.service;
  if (server === undefined) return;
  const knowing = [...callers, callee].find(({ client }) => client)?.client;
  expectRefusal(
    list,
    "refuses-wrong-host",
    `it, by a client that dials ${STRANGER},`,
    await door.attempt({
      // Its own, so that the server's mind is not what decides.
      pair: server.pair,
      expects: { host: STRANGER, ca: (knowing?.serverCas ?? server.clientCas).join("") },
    }),
    OTHER_HOST,
  );
  if (!reaches(phase, "want")) return;
  const without = await door.attempt({});
  const whom = "a client without a certificate";
  if (phase === "need") {
    expectRefusal(list, "refuses-no-certificate", whom, without, NO_CERTIFICATE);
  } else {
    list.judge(
      "accepts-no-certificate",
      without.accepted ? [] : [`${whom} is refused: ${without.reason}.`],
      `${whom} is let in, as phase want has it`,
      REPAIR.objects,
    );
  }
  const genuine = [...callers, callee].find(({ leaf }) => leaf)?.leaf;
  if (genuine === undefined) return;
  expectRefusal(
    list,
    "refuses-foreign-ca",
    `a copy of ${genuine.subject.text} from an unknown CA`,
    await door.attempt({ pair: impostorOf(genuine.pem) }),
    FOREIGN_CA,
  );
}
