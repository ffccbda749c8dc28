import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/** The loopback ports of one control plane. */
export interface Ports {
  readonly apiserver: number;
  readonly etcdClient: number;
  readonly etcdPeer: number;
}

export function serverUrl(ports: Ports): string {
  return `https://127.0.0.1:${ports.apiserver}`;
}

/**
 * The range below the ports that systems use for outgoing connections (from 32768 on Linux, 49152 on macOS): such a
 * connection could take the port of a component at the moment when the component is restarted.
 */
const FIRST_PORT = 15_000;
const LAST_PORT = 32_767;

const ATTEMPTS = 50;

/**
 * Chooses ports that nobody listens on now. All are held open until the last is chosen, so that they differ. Another
 * program may still take one before the component does, and then the start tries again with other ports.
 */
export async function choosePorts(): Promise<Ports> {
  const held: Server[] = [];
  try {
    const apiserver = await hold(held);
    const etcdClient = await hold(held);
    return { apiserver, etcdClient, etcdPeer: await hold(held) };
  } finally {
    await Promise.all(held.map(close));
  }
}

/** Chooses a port as `choosePorts` does, for another server. */
export async function choosePort(): Promise<number> {
  const held: Server[] = [];
  try {
    return await hold(held);
  } finally {
    await Promise.all(held.map(close));
  }
}

/** Listens on a free port, which is then no longer free for the next one. */
async function hold(held: Server[]): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    try {
      held.push(await listen(port));
      return port;
    } catch (error) {
      if (attempt === ATTEMPTS) {
        throw new Error(`no free port from ${FIRST_PORT} to ${LAST_PORT} on 127.0.0.1`, {
          cause: error,
        });
      }
    }
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
