import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Directory } from "@pulumi/kubernetes/kustomize/v2/directory";
import {
  output,
  type CustomResourceOptions,
  type Output,
  type Resource,
  type ResourceTransformArgs,
} from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { NamespaceHandle } from "../kubernetes";
import { refusal } from "../pki";
import { serviceNamed, type Installation, type Service } from "./installation";
import { secretsOf, type SecretNames } from "./profiles";
import type { ServiceName } from "./service-table";
import {
  NoSuchPlace,
  kustomizeProfile,
  sources,
  withMutualTls,
  type DeploymentObject,
  type Source,
} from "./targets/kustomize";
import {
  apiVersionOf,
  merged,
  spinnakerConfig,
  type ApiGroup,
  type Manifest,
} from "./targets/operator";

/** A SpinnakerService that this stack or somebody else deploys. */
export interface OperatorTarget {
  readonly kind: "operator";
  readonly apiGroup: ApiGroup;
  /** Name of the SpinnakerService. A namespace has only one. */
  readonly name: string;
  /**
   * The manifest to deploy with mutual TLS added.
   * @default - others deploy it; it gets Countersign's settings and keeps the rest
   */
  readonly manifest?: Manifest | undefined;
}

/** Adds mutual TLS to a SpinnakerService. The Operator then rolls each Deployment whose files have new names. */
export function deployOperator(
  name: string,
  target: OperatorTarget,
  installation: Installation,
  namespace: NamespaceHandle,
  names: Output<SecretNames>,
  options: CustomResourceOptions,
): Output<Resource> {
  const ours = names.apply((known) => spinnakerConfig(installation, known));
  const { manifest } = target;
  if (manifest) {
    const { apiVersion, kind, metadata, spec, ...rest } = manifest;
    const whole = ours.apply((config) => merged(manifest, config, namespace.name));
    const deployed = new CustomResource(
      name,
      {
        ...rest,
        apiVersion,
        kind,
        metadata: { ...metadata, namespace: namespace.ready },
        spec: {
          ...spec,
          spinnakerConfig: whole.apply((each) => each.spec.spinnakerConfig),
        },
      },
      options,
    );
    return output(deployed);
  }
  const patched = new CustomResourcePatch(
    name,
    {
      apiVersion: apiVersionOf(target.apiGroup),
      kind: "SpinnakerService",
      metadata: {
        name: target.name,
        namespace: namespace.ready,
        // Replaces settings that were made by hand, as the same setting in a manifest would.
        annotations: { "pulumi.com/patchForce": "true" },
      },
      spec: { spinnakerConfig: ours },
    },
    options,
  );
  return output(patched);
}

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
