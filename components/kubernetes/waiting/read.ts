import { accessOf, get, type AccessChoice, type ApiServer } from "../api-server";

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

/** The parts of Kubernetes objects that show why a pod does not run (core/v1). */
export interface Named {
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: Ending;
  };
  readonly lastState?: { readonly terminated?: Ending };
}

interface Ending {
  readonly exitCode: number;
  readonly reason?: string;
}

export interface Pod extends Named {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface Claim extends Named {
  readonly status?: { readonly phase?: string };
}

export interface Event {
  readonly involvedObject: {
    readonly kind?: string;
    readonly name?: string;
    readonly uid?: string;
  };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** Content of a namespace. A list is empty if reading it is forbidden. */
export interface NamespaceObjects {
  readonly pods: readonly Pod[];
  readonly claims: readonly Claim[];
  readonly events: readonly Event[];
  /** Time of the content by the cluster's clock, in milliseconds. */
  readonly time: number;
}
