import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Directory } from "@pulumi/kubernetes/kustomize/v2/directory";
import type {
  CustomResourceOptions,
  Output,
  Resource,
  ResourceTransformArgs,
} from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { NamespaceHandle } from "../kubernetes";
import { refusal } from "../pki";
import { serviceNamed, type Installation, type Service } from "./installation";
import { secretsOf, type SecretNames } from "./profiles";
import type { ServiceName } from "./service-table";
import { kustomizeProfile, sources, type Source } from "./targets/kustomize";
import { NoSuchPlace, withMutualTls, type DeploymentObject } from "./targets/kustomize-deployment";

/** Spinnaker as a kustomization, e.g. an overlay of spinnaker/spinnaker's spinnaker-kustomize. */
export interface KustomizeTarget {
  readonly kind: "kustomize";
  /**
   * The kustomization to deploy with mutual TLS added, relative to Pulumi.yaml.
   * @default - others deploy it, with the component that `countersign spinnaker export` writes
   */
  readonly directory?: string | undefined;
}

/** Deploys the objects of a kustomization, with mutual TLS added to the Deployments of the services. */
export function deployKustomize(
  name: string,
  directory: string,
  installation: Installation,
  namespace: NamespaceHandle,
  names: Output<SecretNames>,
  options: CustomResourceOptions,
): Output<Resource> {
  const places = new Map(
    installation.services.map((service) => [
      service.name,
      sourcesOf(name, service, installation, namespace, names, options),
    ]),
  );
  const seen = new Set<ServiceName>();
  const deployed = new Directory(
    name,
    { directory },
    {
      ...options,
      transforms: [
        (args) => {
          const service = deploymentOf(args, installation);
          const added = service && places.get(service.name);
          if (!service || !added) return undefined;
          seen.add(service.name);
          return { props: secured(args, service, added, directory), opts: args.opts };
        },
      ],
    },
  );
  return deployed.resources.apply(() => {
    const missing = [...places.keys()].filter((service) => !seen.has(service));
    if (missing.length === 0) return deployed;
    throw refusal(
      `spinnaker.target.kustomize.directory: ${directory} renders no Deployment named ${missing.join(", ")} in namespace ${installation.namespace}; add it there, or remove the service from spinnaker.services`,
    );
  });
}

type Sources = readonly Source<Output<string>>[];

/** The ConfigMap with a service's profile, and its place next to the service's Secrets in its Deployment. */
function sourcesOf(
  name: string,
  service: Service,
  installation: Installation,
  namespace: NamespaceHandle,
  names: Output<SecretNames>,
  options: CustomResourceOptions,
): Sources {
  const { key, content } = kustomizeProfile(service, installation);
  const profile = new ConfigMap(
    `${name}-${service.name}-profile`,
    { metadata: { namespace: namespace.ready }, data: { [key]: stringify(content) } },
    options,
  );
  const nameOf = (place: "keys" | "trust" | "others") =>
    names.apply((known) => secretsOf(known, service.name)[place] ?? "");
  return sources(service, profile.metadata.name, {
    keys: nameOf("keys"),
    trust: nameOf("trust"),
    others: service.trustsOthers ? nameOf("others") : undefined,
  });
}

function deploymentOf(
  { type, props }: ResourceTransformArgs,
  installation: Installation,
): Service | undefined {
  if (type !== "kubernetes:apps/v1:Deployment") return undefined;
  const { name, namespace: own } = (props as { metadata: { name: string; namespace?: string } })
    .metadata;
  return own === installation.namespace ? serviceNamed(installation, name) : undefined;
}

function secured(
  { props }: ResourceTransformArgs,
  service: Service,
  added: Sources,
  directory: string,
): object {
  try {
    return withMutualTls(props as unknown as DeploymentObject, service, added);
  } catch (error) {
    if (!(error instanceof NoSuchPlace)) throw error;
    throw refusal(
      `spinnaker.target.kustomize.directory: Deployment ${service.name} of ${directory} ${error.message}; it must have the structure of those in spinnaker-kustomize`,
    );
  }
}
