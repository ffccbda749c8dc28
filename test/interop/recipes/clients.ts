import { once } from "node:events";
import { request } from "node:https";
import { connect as connectPlain, type Socket } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { Callee, Client, Greeting } from "./recipe";

/** A busy machine can be ten times slower. */
const PATIENCE_MS = 60_000;

/** Why a Node client refuses a server with another name. */
export const WRONG_HOST = /does not match certificate's altnames/;

/** Asks a server with HTTP. @returns the body of its answer. */
export async function askHttps({ port, host }: Callee, client: Client): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { ...optionsOf({ port, host }, client), agent: false, headers: { host } },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => (body += text));
        response.on("end", () =>
          response.statusCode === 200
            ? resolve(body.trim())
            : reject(new Error(`${response.statusCode ?? ""} ${body}`)),
        );
        response.on("error", reject);
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", reject).end();
  });
}

function optionsOf({ port, host }: Callee, { certificate, key, cas }: Client): ConnectionOptions {
  return {
    ...{ host: "127.0.0.1", port, servername: host, ca: cas, timeout: PATIENCE_MS },
    ...(certificate !== undefined && { cert: certificate, key }),
  };
}

/** Connects to a server, and waits for the end of the handshake as a client sees it. */
export async function open(
  callee: Callee,
  client: Client,
  greeting?: Greeting,
): Promise<TLSSocket> {
  const options = optionsOf(callee, client);
  if (!greeting) return secured(connect(options));
  const socket = connectPlain(callee.port, "127.0.0.1");
  try {
    const dialog = new Dialog(socket);
    if (greeting.says) dialog.says(greeting.says);
    await dialog.hears(greeting.hears);
    dialog.leave();
    return await secured(connect({ ...options, socket }));
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function secured(socket: TLSSocket): Promise<TLSSocket> {
  await once(socket, "secureConnect", { signal: AbortSignal.timeout(PATIENCE_MS) });
  return socket;
}

/** Returns the fingerprint of the certificate that a server presents. */
export async function presented(
  callee: Callee,
  client: Client,
  greeting?: Greeting,
): Promise<string> {
  const socket = await open(callee, client, greeting);
  socket.on("error", () => undefined);
  const fingerprint = socket.getPeerX509Certificate()?.fingerprint256 ?? "";
  socket.destroy();
  return fingerprint;
}

/** Returns why a server ends a connection over which its client says nothing; undefined if it waits for the client. */
export async function reasonFrom(
  callee: Callee,
  client: Client,
  greeting?: Greeting,
): Promise<string | undefined> {
  let dialog: Dialog | undefined;
  try {
    dialog = new Dialog(await open(callee, client, greeting));
    return (await dialog.ends()).message;
  } catch (error) {
    const { name, message } = error as Error;
    return name === "AbortError" ? undefined : message;
  } finally {
    dialog?.end();
  }
}

/** A conversation over a socket. */
export class Dialog {
  /** What the server has said so far, a character for each byte. */
  private heard = "";
  private failure: Error | undefined;

  constructor(private readonly socket: Socket) {
    socket.on("data", this.take);
    socket.on("error", (error) => (this.failure ??= error));
    socket.on("close", () => (this.failure ??= new Error(`closed after: ${this.heard}`)));
  }

  private readonly take = (chunk: Buffer) => {
    this.heard += chunk.toString("latin1");
  };

  says(content: string | Buffer): void {
    this.socket.write(content);
  }

  /** Waits until the server has said this. */
  async hears(pattern: RegExp): Promise<RegExpExecArray> {
    const end = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const match = pattern.exec(this.heard);
      if (match) return match;
      if (this.failure) throw this.failure;
      await Promise.race([
        once(this.socket, "data", { signal: end }),
        once(this.socket, "close", { signal: end }),
      ]);
    }
  }

  /** Waits until the server ends it. @returns the reason. */
  async ends(): Promise<Error> {
    while (!this.failure)
      await once(this.socket, "close", { signal: AbortSignal.timeout(PATIENCE_MS) });
    return this.failure;
  }

  /** Leaves the socket to somebody else. */
  leave(): void {
    this.socket.off("data", this.take);
  }

  end(): void {
    this.socket.destroy();
  }
}

/** Has a conversation with a server, and ends it. */
export async function during<T>(
  { callee, client, greeting }: { callee: Callee; client: Client; greeting?: Greeting },
  talk: (dialog: Dialog) => Promise<T>,
): Promise<T> {
  const dialog = new Dialog(await open(callee, client, greeting));
  try {
    return await talk(dialog);
  } finally {
    dialog.end();
  }
}
