import { z } from "zod";
import { defaultSecretsOf, fullName, serviceOf } from "../../../components/choreo-connect/chart";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import {
  failPublishedKeys,
  publishedKeyProblems,
  readTrustFile,
} from "../../../verify/trust-checks";
import type { PartView } from "./part-view";

/** Place of a chart's release. */
interface ReleasePlace {
  readonly namespace: string;
  readonly releaseName: string;
}

/**
 * Checks that a part mounts none of the Secrets that the chart creates by default, and that no Ingress serves with one:
 * everybody can download the contents of these Secrets, including the keys.
 */
export async function checkDefaults(
  cluster: Cluster,
  { namespace, releaseName }: ReleasePlace,
  { part, files }: PartView,
  list: Checklist,
): Promise<void> {
  const full = fullName(releaseName);
  const defaults = defaultSecretsOf(full);
  const mounted = [...new Set([...files.values()].map(({ origin }) => origin))].filter((origin) =>
    defaults.some((name) => origin === `Secret ${namespace}/${name}`),
  );
  const problems = mounted.map(
    (origin) => `it has ${origin} mounted, which the chart fills with content that everybody has.`,
  );
  const secrets =
    part === "enforcer" ? [] : await ingressSecrets(cluster, namespace, serviceOf(full, part));
  for (const name of secrets) {
    const what = `the Ingress of the ${part}`;
    const secret = await cluster.secret(namespace, name);
    const certificate = secret?.data?.["tls.crt"];
    if (defaults.includes(name)) {
      problems.push(
        `${what} serves with Secret ${namespace}/${name}, which the chart fills with content that everybody has.`,
      );
    } else if (certificate === undefined) {
      const lacks = secret ? 'has no key "tls.crt"' : "does not exist";
      const message = `${what} serves with Secret ${namespace}/${name}, which ${lacks}.`;
      list.fail("mounted-objects", message, REPAIR.objects);
    } else {
      const file = {
        content: Buffer.from(certificate, "base64"),
        origin: `Secret ${namespace}/${name}`,
      };
      problems.push(
        ...publishedKeyProblems(readTrustFile(file, `the pair with which ${what} serves`)),
      );
    }
  }
  failPublishedKeys(list, problems);
}

const ingress = z.object({
  spec: z.object({
    tls: z.array(z.object({ secretName: z.string().optional() })).default([]),
  }),
});

/**
 * Returns the Secrets of a part's Ingress. Only the router and, without an API Manager, the adapter have one, if the
 * values do not switch it off.
 */
async function ingressSecrets(cluster: Cluster, namespace: string, name: string) {
  const found = await cluster.custom("networking.k8s.io/v1", "ingresses", namespace, name);
  const parsed = ingress.safeParse(found);
  if (!parsed.success) return [];
  return parsed.data.spec.tls.flatMap(({ secretName }) => secretName ?? []);
}
