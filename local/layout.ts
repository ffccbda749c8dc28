import { join } from "node:path";

/** Every file of one control plane, all below the directory that its caller chose. */
export interface Layout {
  readonly directory: string;
  /** Marks the directory as ours, and records the chosen ports. */
  readonly state: string;
  /** The administrator's credentials, for people, kubectl and the Pulumi program. */
  readonly kubeconfig: string;
  readonly pki: string;
  /** Configuration of the encryption of Secrets in etcd, with the key. */
  readonly encryption: string;
  readonly etcdData: string;
  readonly logs: string;
  readonly pids: string;
}

export function layoutOf(directory: string): Layout {
  return {
    directory,
    state: join(directory, "control-plane.json"),
    kubeconfig: join(directory, "kubeconfig"),
    pki: join(directory, "pki"),
    encryption: join(directory, "encryption.json"),
    etcdData: join(directory, "etcd"),
    logs: join(directory, "logs"),
    pids: join(directory, "pids"),
  };
}

/** Returns the path of the kubeconfig of one of the control plane's own components. */
export function componentKubeconfig(layout: Layout, component: string): string {
  return join(layout.pki, `${component}.kubeconfig`);
}
