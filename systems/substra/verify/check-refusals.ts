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
import { GRPC } from "./access";
import { SMOKE_TEST, callMethod, type RunningServer } from "./grpc";
import { callerOf, probeOf, type Host, type Party } from "./parties";

/** Who must be refused whatever it says it is, and whom clients must refuse. */
export async function checkServerRefusals(host: Host, door: Doorkeeper): Promise<void> {
  expectRefusal(
    host.list,
    "refuses-no-certificate",
    "a client without a certificate",
    await door.attempt({}),
    NO_CERTIFICATE,
  );
  const { pair, ca } = probeOf(host, STRANGER);
  expectRefusal(
    host.list,
    "refuses-wrong-host",
    `the server, by a client that dials ${STRANGER},`,
    await door.attempt({ pair, expects: { host: STRANGER, ca } }),
    OTHER_HOST,
  );
}

/** What an organization must be refused, and who comes in its name. */
export async function checkRefusals(
  party: Party,
  all: readonly Party[],
  server: RunningServer,
  door: Doorkeeper,
): Promise<void> {
  const { list, mspId, setup, leaf } = party;
  const other = all.find((each) => each.mspId !== mspId)?.mspId ?? "AnotherMSP";
  const claims = { mspid: other, channel: setup.channels[0] ?? "" };
  const { code, details } = await callMethod(server.port, SMOKE_TEST, callerOf(party), claims);
  const isRight = code === GRPC.permissionDenied && details.startsWith("OE0102");
  const became = code === 0 ? "is answered" : `fails with code ${code} (${details.trim()})`;
  list.judge(
    "refuses-other-msp-id",
    isRight
      ? []
      : [`a call as ${other} with its certificate ${became}; expected PermissionDenied OE0102.`],
    `a call as ${other} with its certificate is refused (PermissionDenied OE0102)`,
    `One organization could speak for another. ${REPAIR.values}`,
  );
  expectRefusal(
    list,
    "refuses-foreign-ca",
    "a copy of its certificate from an unknown CA",
    await door.attempt({ pair: impostorOf(leaf.pem) }),
    FOREIGN_CA,
  );
}
