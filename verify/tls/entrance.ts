import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createSecureContext, createServer, type Server, type TLSSocket } from "node:tls";
import {
  ANY_CA,
  USUAL_PROTOCOLS,
  handshake,
  type Attempt,
  type Outcome,
  type PemPair,
  type Protocols,
} from "./handshake";

/** Key pair of a TLS server, and the clients that it admits. */
export interface EntranceOptions {
  readonly pair: PemPair;
  /** CAs whose clients it admits, as PEM; undefined if it does not request client certificates. */
  readonly clientCas: readonly string[] | undefined;
  /** Whether it also admits clients without a certificate. @default false */
  readonly lenient?: boolean;
  /** @default USUAL_PROTOCOLS */
  readonly speaks?: Protocols;
}

/** Starts a TLS server on a free port of the loopback interface. */
export async function openEntrance(
  { pair, clientCas, lenient = false, speaks = USUAL_PROTOCOLS }: EntranceOptions,
  onSocket: (socket: TLSSocket) => void,
): Promise<Server> {
  const asks = clientCas !== undefined;
  const identity = {
    cert: pair.certificate,
    key: pair.key,
    ...(asks && { ca: [...clientCas], ...ANY_CA }),
    ...speaks,
  };
  // In Node 20, a server passes every option to its context except `allowPartialTrustChain`.
  const context = createSecureContext(identity);
  const server = createServer(
    {
      ...identity,
      SNICallback: (_, done) => done(null, context),
      requestCert: asks,
      rejectUnauthorized: asks && !lenient,
      ALPNProtocols: ["h2"],
    },
    (socket) => {
      socket.on("error", () => socket.destroy()); // a client may disconnect at any time
      if (lenient && shownBy(socket) !== undefined && !socket.authorized) {
        // As Node does when it refuses a client: servers that want a certificate do not accept a wrong one.
        server.emit("tlsClientError", new Error("wrong certificate"), socket);
        socket.destroy();
      } else onSocket(socket);
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Returns the SHA-256 of the certificate that a client presented, in hex; undefined if it presented none. */
function shownBy(socket: TLSSocket): string | undefined {
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(":", "").toLowerCase();
}

/** Returns the port on which a server listens. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** A TLS server that only completes handshakes, and reports why it refuses a client. */
export class Doorkeeper {
  private queue: Promise<unknown> = Promise.resolve();
  private decide: (outcome: Outcome) => void = () => undefined;

  private constructor(private readonly server: Server) {
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      // If Node refuses a client, the socket has the reason; the error only tells that the connection was closed.
      const reason = (socket.authorizationError as unknown as string | null) ?? error.code;
      this.decide({ accepted: false, by: "server", reason: reason ?? error.message });
    });
  }

  static async open(options: EntranceOptions): Promise<Doorkeeper> {
    const server = await openEntrance(options, (socket) => {
      const shown = shownBy(socket);
      keeper.decide({
        accepted: true,
        ...(shown !== undefined && { shown }),
        version: socket.getProtocol() ?? "",
        cipher: socket.getCipher().name,
      });
    });
    const keeper = new Doorkeeper(server);
    return keeper;
  }

  get port(): number {
    return portOf(this.server);
  }

  /** Makes one attempt at a time, so that the server's report is about this attempt. */
  attempt(attempt: Attempt): Promise<Outcome> {
    const before = this.queue.catch(() => undefined);
    const outcome = before.then(async () => {
      const decision = new Promise<Outcome>((resolve) => (this.decide = resolve));
      const seen = await handshake(this.port, attempt);
      // The server does not notice a client that cannot start.
      if (!seen.accepted && seen.by === "nobody") return seen;
      const decided = await decision;
      // If a client refuses the server, the server only sees a broken connection.
      return !seen.accepted && seen.by === "client" ? seen : decided;
    });
    this.queue = outcome;
    return outcome;
  }

  close(): void {
    this.server.close();
  }
}
