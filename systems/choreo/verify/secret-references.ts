import { z } from "zod";
import {
  PUSH_SECRETS,
  PUSH_SECRET,
  SECRET_REFERENCE,
  SECRET_REFERENCES,
  secretsNamespaceOf,
  type SecretStore,
} from "../../../components/choreo/openchoreo";
import { quote } from "../../../x509";
import type { Cluster } from "../../../verify/cluster/api";
import { conditions, whyNotReady } from "./object-forms";

const reference = z.object({
  spec: z.object({
    data: z.array(
      z.object({
        secretKey: z.string(),
        remoteRef: z.object({ key: z.string(), property: z.string().optional() }),
      }),
    ),
  }),
});

const pushed = z.object({
  spec: z.object({
    secretStoreRefs: z.array(z.object({ name: z.string().optional() })),
  }),
  status: z.object({ conditions }).optional(),
});

/** A reference in a Workload that takes the place of a content. */
export interface SecretKeyRef {
  readonly name: string;
  readonly key: string;
}

/** Places that the references of a component lead to. */
export interface KeyPlace {
  /** Namespace of the Workload and of the SecretReferences. */
  readonly namespace: string;
  readonly store: SecretStore;
  /** Name of the SecretReference for the stack's key; undefined if it has none. */
  readonly keyReference: string | undefined;
  /** The stack's key, if people write it into the store; undefined if it is not available. */
  readonly ownKey: string | undefined;
}

/** Follows references as OpenChoreo does, as far as possible: only the data plane can read a store. */
export class SecretReferences {
  /** Problems that keep a pod from starting. */
  readonly problems = new Set<string>();

  constructor(
    private readonly cluster: Cluster,
    private readonly place: KeyPlace,
  ) {}

  /** @returns the content; undefined if it does not exist, or is not the stack's. */
  async read({ name, key }: SecretKeyRef): Promise<string | undefined> {
    const { namespace, store, keyReference, ownKey } = this.place;
    const remote = await this.remoteOf({ name, key });
    if (remote === undefined || name !== keyReference) return undefined;
    const secrets = secretsNamespaceOf(store, namespace);
    if (secrets === undefined) return ownKey;
    if (store.kind === "push") await this.checkPush(name, store.name);
    const what = `Secret ${secrets}/${remote.key}`;
    const secret = await this.cluster.secret(secrets, remote.key);
    const content = secret?.data?.[remote.property ?? ""];
    if (content !== undefined) return Buffer.from(content, "base64").toString("utf8");
    this.problems.add(
      secret === undefined
        ? `${what} does not exist.`
        : `${what} has no key ${quote(remote.property ?? "")}.`,
    );
    return undefined;
  }

  private async remoteOf({ name, key }: SecretKeyRef) {
    const { namespace } = this.place;
    const what = `${SECRET_REFERENCE.kind} ${namespace}/${name}`;
    const { apiVersion } = SECRET_REFERENCE;
    const found = await this.cluster.custom(apiVersion, SECRET_REFERENCES, namespace, name);
    if (found === undefined) {
      const isSecret = (await this.cluster.secret(namespace, name)) !== undefined;
      this.problems.add(
        `${what} does not exist.${isSecret ? " There is a Secret of that name, but OpenChoreo reads only SecretReferences." : ""}`,
      );
      return undefined;
    }
    const entries = reference.safeParse(found).data?.spec.data ?? [];
    const remote = entries.find(({ secretKey }) => secretKey === key)?.remoteRef;
    if (remote === undefined) this.problems.add(`${what} has no key ${quote(key)}.`);
    return remote;
  }

  private async checkPush(name: string, store: string): Promise<void> {
    const { namespace } = this.place;
    const { apiVersion, kind } = PUSH_SECRET;
    const what = `${kind} ${namespace}/${name}`;
    const found = await this.cluster.custom(apiVersion, PUSH_SECRETS, namespace, name);
    const parsed = pushed.safeParse(found).data;
    if (parsed === undefined) {
      this.problems.add(`${what} ${found === undefined ? "does not exist" : "cannot be read"}.`);
      return;
    }
    if (!parsed.spec.secretStoreRefs.some((each) => each.name === store)) {
      this.problems.add(`${what} is for a store other than ${store}.`);
    }
    const why = whyNotReady(parsed.status?.conditions);
    if (why === undefined) return;
    this.problems.add(`External Secrets has not written ${what} into ${store}: ${why}.`);
  }
}
