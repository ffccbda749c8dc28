import { setTimeout as sleep } from "node:timers/promises";
import { PUSH_SECRET, PUSH_SECRETS } from "../../../components/choreo/openchoreo";
import { entryOf, list, secretsIn } from "../api";
import { kubectl } from "../kubectl";

interface PushSecret {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector: { readonly secret: { readonly name: string } };
    readonly data: readonly {
      readonly match: {
        readonly secretKey: string;
        readonly remoteRef: { readonly remoteKey: string; readonly property: string };
      };
    }[];
  };
  readonly status?: { readonly conditions?: readonly unknown[] };
}

const PAUSE_MS = 100;

/**
 * A stand-in for External Secrets with a store, which contains what the PushSecrets of a namespace name, as long as
 * they exist.
 */
export class ExternalSecrets {
  /** Values by `entry/property`. */
  store: ReadonlyMap<string, string> = new Map();
  private readonly running: Promise<void>;
  private isStopped = false;

  constructor(private readonly namespace: string) {
    this.running = this.run();
  }

  /** Stops it, and fails with an error that occurred in the meantime. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      await this.push();
      await sleep(PAUSE_MS);
    }
  }

  private async push(): Promise<void> {
    const { apiVersion } = PUSH_SECRET;
    const path = `/apis/${apiVersion}/namespaces/${this.namespace}/${PUSH_SECRETS}`;
    const pushes = await list<PushSecret>(path);
    const secrets = await secretsIn(this.namespace);
    const store = new Map<string, string>();
    const done: string[] = [];
    for (const { metadata, spec, status } of pushes) {
      const secret = secrets.find((each) => each.metadata?.name === spec.selector.secret.name);
      if (secret === undefined) continue;
      for (const { match } of spec.data) {
        const { remoteKey, property } = match.remoteRef;
        store.set(`${remoteKey}/${property}`, entryOf(secret, match.secretKey));
      }
      if (!status?.conditions?.length) done.push(metadata.name);
    }
    this.store = store;
    for (const name of done) await this.tell(name);
  }

  private async tell(name: string): Promise<void> {
    const conditions = [
      {
        type: "Ready",
        status: "True",
        reason: "Synced",
        message: "PushSecret synced successfully",
      },
    ];
    await kubectl([
      ...["patch", "pushsecrets.external-secrets.io", name, "--namespace", this.namespace],
      ...["--subresource", "status", "--type", "merge"],
      ...["--patch", JSON.stringify({ status: { conditions } })],
    ]);
  }
}
