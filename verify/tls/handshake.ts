import { isIP } from "node:net";
import {
  TLSSocket,
  checkServerIdentity,
  connect,
  type ConnectionOptions,
  type SecureVersion,
} from "node:tls";
import { messageOf } from "../../command/failure";

/** A key pair in memory, as PEM. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

/** TLS versions and ciphers of one side, as options of Node. */
export interface Protocols {
  readonly minVersion: SecureVersion;
  /** @default - the newest */
  readonly maxVersion?: SecureVersion;
  /** OpenSSL's names of ciphers, separated by colons, including those of TLS 1.3. @default - Node's default */
  readonly ciphers?: string;
}

export const USUAL_PROTOCOLS: Protocols = { minVersion: "TLSv1.2" };

/** A client's attempt to connect. */
export interface Attempt {
  /** Presented if the server requests a certificate. @default - none */
  readonly pair?: PemPair;
  /**
   * The expected server: the CAs that the client trusts, and the host, unless it does not compare the host.
   * @default - any server
   */
  readonly expects?: { readonly host: string | undefined; readonly ca: string };
  /** @default USUAL_PROTOCOLS */
  readonly speaks?: Protocols;
}

/** Result of a handshake. The reason is an error code of Node or OpenSSL. */
export type Outcome =
  /** Reported by the server: SHA-256 of the client's certificate in hex, TLS version (e.g. `TLSv1.3`) and cipher. */
  | {
      readonly accepted: true;
      readonly shown?: string;
      readonly version?: string;
      readonly cipher?: string;
    }
  /** `by` is `nobody` if the client cannot even start with its pair and CAs. */
  | {
      readonly accepted: false;
      readonly by: "client" | "server" | "nobody";
      readonly reason: string;
    };

/**
 * Describes why a client could not connect, as a sentence without its subject, the client.
 *
 * @param refuses verb for a client that refuses the server, e.g. `refuses it as orders-1`.
 * @param isRefused verb for a client that the server refuses.
 */
export function describeRefusal(
  { by, reason }: Extract<Outcome, { accepted: false }>,
  refuses: string,
  isRefused = "is refused",
): string {
  const who = { client: refuses, server: isRefused, nobody: "cannot start a client" }[by];
  return `${who}: ${reason}.`;
}

/**
 * Option that lets a trusted CA end a chain even if another CA issued it, as Go, Java, gRPC and Envoy do. Components of
 * Choreo in Node.js and Python need the root as well, for which they have their own check (choreo/check-component.ts).
 */
export const ANY_CA = { allowPartialTrustChain: true } as const;

const TIMEOUT = 5000;

/**
 * Makes a handshake with a server on the loopback interface, writes nothing and disconnects. Because it does not write,
 * it always receives the server's alert: data sent to a server that has closed would turn the alert into a reset.
 */
export function handshake(port: number, attempt: Attempt): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = start(port, attempt);
    if (!(socket instanceof TLSSocket)) {
      resolve(socket);
      return;
    }
    const end = (outcome: Outcome) => {
      resolve(outcome);
      socket.destroy();
    };
    // With TLS 1.3, the client finishes before the server has seen its certificate. Session tickets come after that.
    socket.once("session", () => end({ accepted: true }));
    socket.once("secureConnect", () => {
      if (socket.getProtocol() !== "TLSv1.3") end({ accepted: true });
    });
    socket.once("error", (error: NodeJS.ErrnoException) =>
      end(refused(error.code ?? error.message)),
    );
    socket.once("close", () => end(refused("ECONNRESET")));
    socket.setTimeout(TIMEOUT, () => end(refused("ETIMEDOUT")));
  });
}

function start(
  port: number,
  { pair, expects, speaks = USUAL_PROTOCOLS }: Attempt,
): TLSSocket | Outcome {
  try {
    return connect({
      host: "127.0.0.1",
      port,
      ALPNProtocols: ["h2"],
      ...speaks,
      rejectUnauthorized: expects !== undefined,
      ...(pair && { cert: pair.certificate, key: pair.key }),
      ...(expects && { ca: expects.ca, ...ANY_CA, ...comparing(expects.host) }),
    });
  } catch (error) {
    return { accepted: false, by: "nobody", reason: messageOf(error) };
  }
}

/** Sets the host to compare. Node compares the name in SNI, which cannot be an IP address (RFC 6066 section 3). */
function comparing(host: string | undefined): ConnectionOptions {
  if (host === undefined) return { checkServerIdentity: () => undefined };
  if (isIP(host) === 0) return { servername: host };
  return { checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate) };
}

/** Attributes a refusal: an alert or a closed connection comes from the server, anything else from the client. */
function refused(reason: string): Outcome {
  const isServers =
    reason.includes("_ALERT_") || ["ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(reason);
  return { accepted: false, by: isServers ? "server" : "client", reason };
}
