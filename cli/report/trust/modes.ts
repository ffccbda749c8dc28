import type { Leaf } from "./leaves";
import type { Peer } from "./parties";

/** What a server's mode means for a connection. One of which nothing is said requires certificates. */
type Server = Pick<Peer, "serves">;

export function speaksTls({ serves }: Server): boolean {
  return serves !== "plain";
}

/** Whether it looks at a certificate that a caller shows. */
export function checksCallers({ serves }: Server): boolean {
  return serves !== "plain" && serves !== "tls";
}

/** Whether it refuses a caller that shows none. */
export function requiresCertificate({ serves }: Server): boolean {
  return serves === undefined || serves === "mutual-tls";
}

/** What a party shows to the servers that it dials; undefined if that is nothing. */
export function shownBy(client: Peer | undefined): Leaf | undefined {
  return client?.shows ? client.presents : undefined;
}
