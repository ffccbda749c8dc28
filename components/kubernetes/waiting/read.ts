import { accessOf, get, type AccessChoice, type ApiServer } from "../api-server";
import type { Claim, Event, NamespaceObjects, Pod } from "./objects";

/** Reads namespaces as far as that is allowed. Forbidden lists are not requested a second time. */
export class NamespaceReader {
  private readonly forbidden = new Set<string>();
  /** The API server's time in its last answer, in milliseconds. */
  private time = Date.now();

  private constructor(private readonly server: ApiServer) {}

  /** Opens the cluster; undefined if there is none. */
  static async open(choice: AccessChoice): Promise<NamespaceReader | undefined> {
    const { server } = await accessOf(choice);
    return server && new NamespaceReader(server);
  }

  async read(namespace: string): Promise<NamespaceObjects> {
    const pods = await this.list<Pod>(namespace, "pods");
    const claims = await this.list<Claim>(namespace, "persistentvolumeclaims");
    const events = await this.list<Event>(namespace, "events");
    return { pods, claims, events, time: this.time };
  }

  private async list<T>(namespace: string, kind: string): Promise<readonly T[]> {
    const path = `api/v1/namespaces/${encodeURIComponent(namespace)}/${kind}`;
    if (this.forbidden.has(path)) return [];
    const { status, body, date } = await get(this.server, path, false);
    if (date !== undefined) this.time = Date.parse(date);
    if (status === 401 || status === 403) this.forbidden.add(path);
    return status === 200 ? (JSON.parse(body) as { items: readonly T[] }).items : [];
  }
}
