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
 * Ports that nobody listens on now. All are held open until the last is known, so that they differ; another program
 * may still take one before ours does, and then the start tries anew with others.
 */
export async function choosePorts(): Promise<Ports> {
  const servers = await Promise.all([listen(), listen(), listen()]);
  const [apiserver, etcdClient, etcdPeer] = servers.map(portOf);
  await Promise.all(servers.map(close));
  if (apiserver === undefined || etcdClient === undefined || etcdPeer === undefined) {
    throw new Error("the system gave no free ports on 127.0.0.1");
  }
  return { apiserver, etcdClient, etcdPeer };
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === "object" ? address?.port : undefined;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
