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

/** Whom a TLS server admits. */
export interface EntranceOptions {
  readonly pair: PemPair;
  /** The CAs whose clients it admits, as PEM; undefined if it asks nobody for a certificate. */
  readonly clientCas: readonly string[] | undefined;
  /** Admits also those who show none at all. @default false */
  readonly lenient?: boolean;
  /** @default USUAL_PROTOCOLS */
  readonly speaks?: Protocols;
}

/** A TLS server on a free port of loopback. */
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
  // A server of Node 20 hands on every option of its context but the one that takes any CA.
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
      socket.on("error", () => socket.destroy()); // a client may leave as it likes
      if (lenient && shownBy(socket) !== undefined && !socket.authorized) {
        // As Node itself does where it refuses: servers that want a certificate take none that is wrong.
        server.emit("tlsClientError", new Error("wrong certificate"), socket);
        socket.destroy();
      } else onSocket(socket);
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** SHA-256 of the certificate that a client showed, in hex; undefined if it showed none. */
function shownBy(socket: TLSSocket): string | undefined {
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(":", "").toLowerCase();
}

/** The port on which a server listens. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** An entrance behind which nothing is, and which tells why it refuses somebody. */
export class Doorkeeper {
  private queue: Promise<unknown> = Promise.resolve();
  private decide: (outcome: Outcome) => void = () => undefined;

  private constructor(private readonly server: Server) {
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      // Where Node refuses, the reason is with the socket, and the error says no more than that it was closed.
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

  /** One at a time, so that what the server says is about this attempt. */
  attempt(attempt: Attempt): Promise<Outcome> {
    const before = this.queue.catch(() => undefined);
    const outcome = before.then(async () => {
      const decision = new Promise<Outcome>((resolve) => (this.decide = resolve));
      const seen = await handshake(this.port, attempt);
      // The server hears nothing of a client that cannot start.
      if (!seen.accepted && seen.by === "nobody") return seen;
      const decided = await decision;
      // To a server, a client that turns away is only a connection that broke.
      return !seen.accepted && seen.by === "client" ? seen : decided;
    });
    this.queue = outcome;
    return outcome;
  }

  close(): void {
    this.server.close();
  }
}
