import { z } from "zod";
import { COMPONENT_RELEASES, RELEASE_BINDINGS } from "../../../components/choreo/openchoreo";
import { readCertificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { conditions, container, whyNotReady, type Container } from "./object-forms";
import { TODO } from "./component-view";

const owner = z.object({ projectName: z.string(), componentName: z.string() });
const binding = z.object({
  spec: z.object({
    owner,
    environment: z.string(),
    releaseName: z.string().optional(),
    state: z.string().optional(),
    workloadOverrides: z.object({ container: container.optional() }).optional(),
  }),
  status: z.object({ conditions }).optional(),
});
const release = z.object({ spec: z.object({ workload: z.object({ container }) }) });

type Binding = z.output<typeof binding>;

/** The current Workload, and the parts of it that are the stack's. */
interface CurrentWorkload {
  readonly apiVersion: string;
  readonly namespace: string;
  readonly project: string;
  /** Name of the component. */
  readonly name: string;
  readonly container: Container;
  /** Names of the stack's variables and files in it. */
  readonly ours: ReadonlySet<string>;
  /** The one of these names that is the certificate's; undefined if it has none. */
  readonly certificate: string | undefined;
}

/**
 * Checks that every environment runs the current Workload. OpenChoreo does not deploy a Workload itself, but releases
 * of it, and an environment runs its release until it gets another one.
 */
export async function checkEnvironments(
  cluster: Cluster,
  current: CurrentWorkload,
  list: Checklist,
  at: Date,
): Promise<void> {
  const { apiVersion, namespace, project, name } = current;
  const all = await cluster.customs(apiVersion, RELEASE_BINDINGS, namespace);
  if (all === undefined) {
    list.warn(
      "roll-out",
      `it is not known which environments run it: the ReleaseBindings in ${namespace} cannot be listed.`,
      "Give verify the right to `list` releasebindings and to `get` componentreleases, and point it to the cluster of OpenChoreo's control plane.",
    );
    return;
  }
  const bindings = all.flatMap((each) => {
    const { data } = binding.safeParse(each);
    if (data?.spec.owner.componentName !== name) return [];
    return data.spec.owner.projectName === project && data.spec.state !== "Undeploy" ? [data] : [];
  });
  if (bindings.length === 0) {
    list.warn("roll-out", "no environment runs it yet.", TODO.release);
    return;
  }
  const found = await Promise.all(
    bindings.map((each) => checkEnvironment(cluster, current, each, at)),
  );
  const [broken, behind] = (["broken", "behind"] as const).map((kind) =>
    found.flatMap((each) => each?.[kind] ?? []),
  );
  const names = bindings.map(({ spec }) => spec.environment).join(", ");
  list.judge("roll-out", broken ?? [], `environments that run it: ${names}`, TODO.release);
  if (behind?.length) list.warn("roll-out", behind.join(" "), TODO.promote);
}

/** Findings about an environment: what is broken, or still behind the Workload. */
interface Findings {
  readonly broken?: readonly string[];
  readonly behind?: readonly string[];
}

async function checkEnvironment(
  cluster: Cluster,
  { apiVersion, namespace, container: now, ours, certificate }: CurrentWorkload,
  { spec, status }: Binding,
  at: Date,
): Promise<Findings | undefined> {
  const { environment, releaseName = "", workloadOverrides } = spec;
  const said = (what: string) => [`Environment ${environment} ${what}.`];
  const overridden = entriesOf(workloadOverrides?.container).filter(({ name }) => ours.has(name));
  if (overridden.length > 0) {
    const names = overridden.map(({ name }) => name).join(", ");
    return {
      behind: said(`has its own ${names}, because its ReleaseBinding overrides the Workload`),
    };
  }
  const found = await cluster.custom(apiVersion, COMPONENT_RELEASES, namespace, releaseName);
  const deployed = release.safeParse(found).data?.spec.workload.container;
  if (deployed === undefined) return { broken: said(`has no ComponentRelease "${releaseName}"`) };
  const [before, after] = [oursOf(deployed, ours), oursOf(now, ours)];
  if (before !== after) {
    const end = endOf(entriesOf(deployed).find(({ name }) => name === certificate)?.value);
    const isOver = end !== undefined && end <= at;
    const until =
      end === undefined ? "" : `, with a certificate until ${end.toISOString().slice(0, 10)}`;
    const what = said(`runs release ${releaseName}, which is not the current Workload${until}`);
    return isOver ? { broken: what } : { behind: what };
  }
  const why = whyNotReady(status?.conditions);
  return why === undefined ? undefined : { broken: said(`is not ready: ${why}`) };
}

function entriesOf(of: Container | undefined) {
  return [...(of?.env ?? []), ...(of?.files ?? [])].map(({ key, ...rest }) => ({
    name: key,
    ...rest,
  }));
}

/** Returns the stack's entries as a text, to compare them. */
function oursOf(of: Container, ours: ReadonlySet<string>): string {
  const entries = entriesOf(of).filter(({ name }) => ours.has(name));
  return JSON.stringify(
    entries.map(({ name, value, valueFrom }) => [name, value, valueFrom]).sort(),
  );
}

function endOf(pem: string | undefined): Date | undefined {
  try {
    return pem === undefined ? undefined : readCertificate(pem).notAfter;
  } catch {
    return undefined;
  }
}
