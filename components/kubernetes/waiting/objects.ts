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

export interface Ending {
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

/** When an event was last seen, in milliseconds. */
export function timeOf({ lastTimestamp, eventTime, firstTimestamp }: Event): number {
  const time = Date.parse(lastTimestamp ?? eventTime ?? firstTimestamp ?? "");
  return Number.isNaN(time) ? 0 : time;
}
