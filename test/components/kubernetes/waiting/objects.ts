import type {
  Claim,
  ContainerStatus,
  Event,
  NamespaceObjects,
  Pod,
} from "../../../../components/kubernetes/waiting/read";

export const NOW = Date.parse("2026-01-05T12:00:00Z");

/** A namespace that holds only these objects. */
export function namespaceWith(objects: Partial<NamespaceObjects>): NamespaceObjects {
  return { pods: [], claims: [], events: [], time: NOW, ...objects };
}

/** A claim of release backend without a volume. */
export function pendingClaim(name: string, labels: Record<string, string> = OURS): Claim {
  return { metadata: { name, uid: `uid-${name}`, labels }, status: { phase: "Pending" } };
}

export const OURS = { "app.kubernetes.io/instance": "backend" };

export function event(
  kind: string,
  name: string,
  reason: string,
  message: string,
  changes: Partial<Event> = {},
): Event {
  return {
    involvedObject: { kind, name, uid: `uid-${name}` },
    type: "Warning",
    reason,
    message,
    lastTimestamp: "2026-01-05T11:59:50Z",
    ...changes,
  };
}

/** A pod of release backend that is starting. */
export function pod(status: Pod["status"] = {}, name = "server-0"): Pod {
  return {
    metadata: { name, uid: `uid-${name}`, labels: OURS },
    status: { phase: "Pending", ...status },
  };
}

/** A pod with one container in the given state. */
export function podWith(container: Partial<ContainerStatus>, phase = "Pending"): Pod {
  return pod({ phase, containerStatuses: [{ name: "server", ready: false, ...container }] });
}
