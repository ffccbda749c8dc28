import { coversHost, isIpAddress } from "../../x509";
import type { ChannelSettings } from "./backend";
import type { Endpoint } from "./names";

/** Endpoints and channels that an orchestrator offers to an organization. */
export interface Offer {
  readonly internal: Endpoint;
  readonly external?: Endpoint | undefined;
  /** The channels that list the organization. */
  readonly channels: readonly string[];
}

/** Settings of an organization's connection. */
export interface Wishes {
  readonly orchestrator: {
    /** Whether the orchestrator is in the same cluster. @default - whether it belongs to the same stack */
    readonly sameCluster?: boolean | undefined;
    readonly host?: string | undefined;
    readonly port?: number | undefined;
  };
  readonly channels: Readonly<Record<string, ChannelSettings>>;
}

/** Connection of a backend to its orchestrator. */
export interface Connection {
  /**
   * Address of the orchestrator; undefined if it must be reachable from outside its cluster and no such address is
   * known.
   */
  readonly dial: Endpoint | undefined;
  readonly sameCluster: boolean;
  /** The channels that list it, with its settings for each. */
  readonly channels: Readonly<Record<string, ChannelSettings>>;
}

/** Returns the channels that list an organization. */
export function channelsOf(
  mspId: string,
  channels: Readonly<Record<string, { readonly organizations: readonly string[] }>>,
): string[] {
  return Object.entries(channels)
    .filter(([, { organizations: members }]) => members.includes(mspId))
    .map(([channel]) => channel);
}

const HTTPS_PORT = 443;
const DEFAULT_SETTINGS: ChannelSettings = { restricted: false, modelExportEnabled: false };

/**
 * Determines how a backend reaches an orchestrator. @param sameStack whether the same stack deploys the orchestrator,
 * and hence to the same cluster.
 */
export function connectionOf(
  { orchestrator, channels }: Wishes,
  offer: Offer | undefined,
  sameStack: boolean,
): Connection {
  const sameCluster = orchestrator.sameCluster ?? sameStack;
  const offered = sameCluster ? offer?.internal : offer?.external;
  const host = orchestrator.host ?? offered?.host;
  const port = orchestrator.port ?? offered?.port ?? HTTPS_PORT;
  const settings = new Map(Object.entries(channels));
  return {
    dial: host === undefined ? undefined : { host, port },
    sameCluster,
    channels: Object.fromEntries(
      (offer?.channels ?? []).map((name) => [name, settings.get(name) ?? DEFAULT_SETTINGS]),
    ),
  };
}

/**
 * Returns a function that finds the address at which a backend dials another stack's orchestrator, given its endpoints;
 * undefined if there is none.
 */
export function dialledBy({ orchestrator }: Pick<Wishes, "orchestrator">) {
  return (offer: Omit<Offer, "channels">): Endpoint | undefined =>
    connectionOf({ orchestrator, channels: {} }, { ...offer, channels: [] }, false).dial;
}

/**
 * Determines how a backend reaches another stack's orchestrator, which is only known once that stack has published its
 * endpoints.
 */
export function connectionElsewhere(
  mspId: string,
  wishes: Wishes,
  offer: Offer & {
    readonly dnsNames: readonly string[];
    readonly ipAddresses?: readonly string[] | undefined;
  },
): Connection & { readonly dial: Endpoint } {
  const { dial, sameCluster, channels } = connectionOf(wishes, offer, false);
  const at = `countersign:organizations.${mspId}`;
  if (dial === undefined) {
    throw new Error(
      `${at}.orchestrator.host is missing: the consortium publishes no address for other clusters. Set it, or orchestrator.sameCluster: true if the orchestrator (${offer.internal.host}) runs in this cluster`,
    );
  }
  const { dnsNames, ipAddresses = [] } = offer;
  if (!coversHost({ dnsNames, ipAddresses }, dial.host)) {
    throw new Error(
      `${at}.orchestrator.host: "${dial.host}" is not in the orchestrator's certificate (${[...dnsNames, ...ipAddresses].join(", ")}); change it, or ask the consortium to add it to orchestrator.${isIpAddress(dial.host) ? "ipAddresses" : "dnsNames"}`,
    );
  }
  const unlisted = Object.keys(wishes.channels).filter((name) => !Object.hasOwn(channels, name));
  if (unlisted.length > 0) {
    throw new Error(
      `${at}.channels.${unlisted[0] ?? ""}: the consortium does not list ${mspId} in this channel; it is a member of ${offer.channels.join(", ") || "none"}`,
    );
  }
  return { dial, sameCluster, channels };
}
