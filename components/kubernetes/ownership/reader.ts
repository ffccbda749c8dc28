import type { OutgoingHttpHeaders } from "node:http";
import {
  accessOf,
  getPatiently,
  type AccessChoice,
  type Answer,
  type ApiServer,
} from "../api-server";
import { called, type LiveObject, type Metadata, type ObjectRef } from "./object";

/** Thrown if the cluster's content cannot be read. The message says what to do. */
export class ClusterUnreadable extends Error {
  override readonly name = "ClusterUnreadable";
}

/** A kind of object in an API version, as the API server lists it. */
interface Kind {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** Queries the content of a cluster. */
export interface ClusterObjects {
  /** Finds an object; undefined if it or its kind does not exist. @throws ClusterUnreadable */
  find(ref: ObjectRef): Promise<LiveObject | undefined>;
  /** Returns the records of a Helm release; empty if reading them is forbidden. */
  releaseRecords(namespace: string, name: string): Promise<readonly LiveObject[]>;
  /**
   * Lists the content of a namespace: the kinds that hold data or run something.
   *
   * @param whole whether to list every kind of object.
   * @throws ClusterUnreadable
   */
  contentOf(namespace: string, whole: boolean): Promise<readonly LiveObject[]>;
}

/** Asks for metadata only: the content of Secrets must not be read here. */
const METADATA = "application/json;g=meta.k8s.io;v=v1;as=";

/** A kind of object, and the path that lists it. */
interface Listing {
  readonly path: string;
  /** Plural name, as in paths. */
  readonly name: string;
  readonly kind: string;
}

/** Kinds that are listed in every update. */
const USUAL: readonly Listing[] = [
  { path: "api/v1", name: "secrets", kind: "Secret" },
  { path: "api/v1", name: "configmaps", kind: "ConfigMap" },
  { path: "api/v1", name: "persistentvolumeclaims", kind: "PersistentVolumeClaim" },
  { path: "api/v1", name: "pods", kind: "Pod" },
  { path: "api/v1", name: "services", kind: "Service" },
  { path: "apis/apps/v1", name: "deployments", kind: "Deployment" },
  { path: "apis/apps/v1", name: "statefulsets", kind: "StatefulSet" },
  { path: "apis/apps/v1", name: "daemonsets", kind: "DaemonSet" },
  { path: "apis/batch/v1", name: "jobs", kind: "Job" },
  { path: "apis/batch/v1", name: "cronjobs", kind: "CronJob" },
];

/** Kinds that describe other objects, and are deleted with them. */
const ABOUT_OTHERS = new Set([
  "Endpoints",
  "EndpointSlice",
  "Event",
  "Lease",
  "NodeMetrics",
  "PodMetrics",
]);

/** Reads the metadata of objects in a cluster. */
export class ObjectReader implements ClusterObjects {
  private readonly kinds = new Map<string, Promise<readonly Kind[]>>();

  /** @param send sends a GET request for a path, with an `Accept` header. */
  constructor(private readonly send: (path: string, accept: string) => Promise<Answer>) {}

  /** Opens a cluster. @throws Error if there is no cluster, or its kubeconfig cannot be read. */
  static async open(choice: AccessChoice): Promise<ClusterObjects> {
    const { server, context } = await accessOf(choice);
    if (server === undefined) {
      throw new ClusterUnreadable(
        `there is no kubeconfig with a cluster for context ${JSON.stringify(context)}: set KUBECONFIG`,
      );
    }
    return new ObjectReader((path, accept) => sendTo(server, path, accept));
  }

  async find(ref: ObjectRef): Promise<LiveObject | undefined> {
    const { apiVersion, kind, namespace, name } = ref;
    const found = (await this.kindsOf(pathOf(apiVersion))).find(
      (each) => each.kind === kind && !each.name.includes("/"),
    );
    if (found === undefined) return undefined;
    const where = found.namespaced
      ? `/namespaces/${encodeURIComponent(namespace ?? "default")}`
      : "";
    const path = `${pathOf(apiVersion)}${where}/${found.name}/${encodeURIComponent(name)}`;
    const answer = await this.ask(path, "PartialObjectMetadata");
    if (answer.status === 404) return undefined;
    const { metadata } = contentOf(answer, path, `${called(ref)} exists`) as { metadata: Metadata };
    return { kind, metadata };
  }

  async releaseRecords(namespace: string, name: string): Promise<readonly LiveObject[]> {
    const selector = encodeURIComponent(`owner=helm,name=${name}`);
    const path = `api/v1/namespaces/${encodeURIComponent(namespace)}/secrets?labelSelector=${selector}`;
    const answer = await this.ask(path, "PartialObjectMetadataList").catch(() => undefined);
    return answer?.status === 200 ? itemsOf(answer, path, "", "Secret") : [];
  }

  async contentOf(namespace: string, whole: boolean): Promise<readonly LiveObject[]> {
    const listings = whole ? await this.everyKind() : USUAL;
    const found = await Promise.all(
      listings.map(async ({ path: group, name, kind }) => {
        const path = `${group}/namespaces/${encodeURIComponent(namespace)}/${name}`;
        const answer = await this.ask(path, "PartialObjectMetadataList");
        if (answer.status === 404 || answer.status === 405) return [];
        return itemsOf(
          answer,
          path,
          `namespace "${namespace}" holds objects that do not belong to this stack`,
          kind,
        );
      }),
    );
    return found.flat();
  }

  private async everyKind(): Promise<Listing[]> {
    const path = "apis";
    const { groups } = contentOf(
      await this.ask(path),
      path,
      "which kinds of objects there are",
    ) as { groups: { preferredVersion: { groupVersion: string } }[] };
    const versions = [
      "api/v1",
      ...groups.map((group) => `apis/${group.preferredVersion.groupVersion}`),
    ];
    const listed = await Promise.all(
      versions.map(async (version) => {
        // An aggregated API server may be down.
        const kinds = await this.kindsOf(version).catch(() => []);
        return kinds.map((kind) => ({ ...kind, path: version }));
      }),
    );
    return listed
      .flat()
      .filter(
        ({ namespaced, verbs, kind, name }) =>
          namespaced && verbs.includes("list") && !name.includes("/") && !ABOUT_OTHERS.has(kind),
      );
  }

  /** Lists the kinds of an API version; empty if the API server does not know the version. */
  private kindsOf(path: string): Promise<readonly Kind[]> {
    const known = this.kinds.get(path) ?? this.readKinds(path);
    this.kinds.set(path, known);
    return known;
  }

  private async readKinds(path: string): Promise<readonly Kind[]> {
    const answer = await this.ask(path);
    if (answer.status === 404) return [];
    return (contentOf(answer, path, "which kinds of objects there are") as { resources: Kind[] })
      .resources;
  }

  private ask(path: string, as?: string): Promise<Answer> {
    return this.send(path, as === undefined ? "application/json" : METADATA + as);
  }
}

async function sendTo({ url, options }: ApiServer, path: string, accept: string): Promise<Answer> {
  const given = options.headers as OutgoingHttpHeaders | undefined;
  const server = { url, options: { ...options, headers: { ...given, Accept: accept } } };
  try {
    return await getPatiently(server, path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClusterUnreadable(
      `the Kubernetes API server at ${new URL(url).origin} cannot be read: ${reason}`,
    );
  }
}

function pathOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
}

function itemsOf(answer: Answer, path: string, question: string, kind: string): LiveObject[] {
  const { items } = contentOf(answer, path, question) as { items: { metadata: Metadata }[] | null };
  // Go writes an empty list as null here.
  return (items ?? []).map(({ metadata }) => ({ kind, metadata }));
}

/** Parses an answer. @param question what is unknown without the answer. */
function contentOf({ status, body }: Answer, path: string, question: string): unknown {
  if (status === 200) return JSON.parse(body);
  const [plain] = path.split("?");
  const advice =
    status === 401 || status === 403
      ? `; grant whoever deploys the right to get and list it, which Pulumi also needs to update objects`
      : "";
  throw new ClusterUnreadable(
    `the API server answered ${status} to GET /${plain ?? path}, so it is not known whether ${question}${advice}`,
  );
}
