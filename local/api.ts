import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import type { ClusterPki } from "./pki";

export interface Response {
  readonly status: number;
  readonly body: string;
}

/** Calls have waited for seconds on a busy machine. */
const timeoutMs = 10_000;

/** Client for the few calls that a start needs, as the administrator. */
export class ApiClient {
  private readonly agent: Agent;

  constructor(
    private readonly server: string,
    pki: ClusterPki,
  ) {
    this.agent = new Agent({
      keepAlive: true,
      ca: readFileSync(pki.ca),
      cert: readFileSync(pki.admin.certificate),
      key: readFileSync(pki.admin.key),
    });
  }

  get(path: string): Promise<Response> {
    return this.send("GET", path);
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.send("POST", path, JSON.stringify(body));
  }

  delete(path: string): Promise<Response> {
    return this.send("DELETE", path);
  }

  /** Closes open connections, which would otherwise keep the caller's process alive. */
  close(): void {
    this.agent.destroy();
  }

  private send(method: string, path: string, body?: string): Promise<Response> {
    return new Promise((resolve, reject) => {
      const options = {
        method,
        agent: this.agent,
        timeout: timeoutMs,
        headers: { "content-type": "application/json" },
      };
      const call = request(new URL(path, this.server), options, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on("error", reject);
      });
      call.on("timeout", () =>
        call.destroy(new Error(`${this.server} did not answer in ${timeoutMs / 1000} s`)),
      );
      call.on("error", reject);
      call.end(body);
    });
  }
}

/** Runs the action with a client, and closes the client's connections afterwards. */
export async function withApi<T>(
  server: string,
  pki: ClusterPki,
  action: (api: ApiClient) => Promise<T>,
): Promise<T> {
  const api = new ApiClient(server, pki);
  try {
    return await action(api);
  } finally {
    api.close();
  }
}
