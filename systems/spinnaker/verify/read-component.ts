import type { Service } from "../../../components/spinnaker/installation";
import {
  CONFIG_DIRECTORY,
  type Source as ProjectedSource,
} from "../../../components/spinnaker/targets/kustomize";
import type { Cluster } from "../../../verify/cluster/api";
import type { Mount, Part } from "../../../verify/cluster/mounts";
import { podFiles } from "../../../verify/cluster/pod-files";
import type { SpinnakerOutputs } from "../outputs";
import { plainProbes, profilePath, readFiles, type Probe } from "./container-view";
import { readYaml } from "./properties";
import { NOT_DEPLOYED, type ReadView, type ServiceView } from "./service-view";

/** Reads services as the exported kustomize Component deploys them on the base; its Secrets are in the cluster. */
export function readComponent(cluster: Cluster, outputs: SpinnakerOutputs): ReadView {
  return async (service): Promise<ServiceView> => {
    const { name } = service;
    const origin = `the exported files/${name}-local.yml`;
    const { mount, environment, probe } = readPatch(service, outputs);
    const { files: secrets, missing } = await podFiles(cluster, outputs.namespace, [mount]);
    const files = new Map(secrets);
    const profile = outputs.files[`files/${name}-local.yml`];
    if (profile !== undefined)
      files.set(profilePath(service), { content: Buffer.from(profile), origin });
    return {
      ...NOT_DEPLOYED,
      ...readFiles(service, { environment, files }, true),
      ...{ origin, environment, files, missing },
      // The base's own probe uses HTTP.
      plainProbes: plainProbes({ readinessProbe: probe ?? { httpGet: {} } }),
      baseUrl: undefined,
    };
  };
}

interface Operation {
  readonly path: string;
  readonly value: object;
}

/** Reads what the Component's patch adds to a Deployment, except the ConfigMap with the profile. */
function readPatch({ name }: Service, { files }: SpinnakerOutputs) {
  const operations = (readYaml(files[`patches/${name}.yml`] ?? "")?.[0] ?? []) as Operation[];
  const added = <T>(end: string) =>
    operations.filter(({ path }) => path.endsWith(end)).map(({ value }) => value as T);
  const parts = added<ProjectedSource>("/sources/-").flatMap((source): Part[] =>
    "secret" in source
      ? [{ ...source.secret, kind: "Secret", items: [...source.secret.items], optional: false }]
      : [],
  );
  const variables = added<{ readonly name: string; readonly value: string }>("/env/-");
  const mount: Mount = { mountPath: CONFIG_DIRECTORY, subPath: "", parts };
  return {
    mount,
    environment: new Map(variables.map((each) => [each.name, each.value])),
    probe: added<Probe>("/readinessProbe")[0],
  };
}
