import type { Certificate } from "../../../x509";
import type { OrchestratorSetup } from "./setup";

/** gRPC codes of the orchestrator's answers. */
export const GRPC = {
  unknown: 2,
  permissionDenied: 7,
  failedPrecondition: 9,
  unavailable: 14,
} as const;

const STATUS_NAMES: Readonly<Record<number, string>> = {
  [GRPC.unknown]: "Unknown",
  [GRPC.permissionDenied]: "PermissionDenied",
  [GRPC.failedPrecondition]: "FailedPrecondition",
};

/** Formats a status for people: `PermissionDenied OE0102: no CA is listed for MyOrg2MSP`. */
export function describeStatus({ code, details }: Refusal): string {
  return `${STATUS_NAMES[code] ?? `gRPC code ${code}`} ${details.trim()}`;
}

/** Status with which the orchestrator refuses a call. */
interface Refusal {
  readonly code: number;
  readonly details: string;
}

/** Values of the headers in which a client claims its MSP ID and channel. */
export interface Claims {
  readonly mspid: readonly string[];
  readonly channel: readonly string[];
}

/**
 * Decides on a call as the orchestrator does (with its interceptors for MSP ID and channel, in this order).
 *
 * @param presented certificates that the client presented in the handshake, its leaf first; not the verified chain.
 * @returns the refusal, or undefined if the call is accepted.
 */
export function refusalOf(
  setup: Pick<OrchestratorSetup, "verifyMspId" | "clientCas" | "channels">,
  presented: readonly Certificate[],
  claims: Claims,
): Refusal | undefined {
  const [mspId, ...moreMspIds] = claims.mspid;
  if (mspId === undefined || moreMspIds.length > 0) {
    return {
      code: GRPC.failedPrecondition,
      details: `OE0003: expected one mspid header, got ${claims.mspid.length}`,
    };
  }
  const reason = setup.verifyMspId ? impostureOf(setup, presented, mspId) : undefined;
  if (reason !== undefined) return { code: GRPC.permissionDenied, details: `OE0102: ${reason}` };
  const [channel, ...moreChannels] = claims.channel;
  if (channel === undefined || moreChannels.length > 0) {
    return {
      code: GRPC.unknown,
      details: `expected one channel header, got ${claims.channel.length}`,
    };
  }
  if (setup.channels.get(channel)?.includes(mspId)) return undefined;
  return { code: GRPC.unknown, details: `${mspId} is not a member of channel ${channel}` };
}

/** Checks that certificates prove an MSP ID. @returns the reason why they do not, or undefined if they do. */
export function impostureOf(
  { clientCas }: Pick<OrchestratorSetup, "clientCas">,
  presented: readonly Certificate[],
  mspId: string,
): string | undefined {
  if (!presented[0]?.subject.organizations.includes(mspId)) {
    return `the client certificate's organization is not ${mspId}`;
  }
  const files = clientCas.get(mspId);
  if (files === undefined) return `no CA is listed for ${mspId}`;
  // The server reads only the first block of each file, however many there are.
  const trusted = files.map(({ certificates }) => certificates[0]?.subjectKeyId);
  // Two absent identifiers are equal, because the server compares empty bytes.
  if (presented.some(({ authorityKeyId }) => trusted.includes(authorityKeyId))) return undefined;
  return `the client certificate's authority key identifier is not that of a CA listed for ${mspId}`;
}
