import { parse, stringify } from "yaml";
import { exportedFiles } from "../../../components/spinnaker/exported-files";
import type { Installation } from "../../../components/spinnaker/installation";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { need } from "../need";
import { Container } from "./container";
import type { SpinnakerSecrets } from "./secrets";

export const CONFIG = "/opt/spinnaker/config";

/** Fields of a service's settings that Halyard reads and that matter here. */
export interface ServiceSettings {
  readonly scheme?: string;
  readonly baseUrl?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly kubernetes?: {
    readonly volumes?: readonly { readonly id: string; readonly mountPath: string }[];
  };
}

/** Does Halyard's work with the exported files, and then the kubelet's. */
export function halyardContainer(
  folder: string,
  name: ServiceName,
  installation: Installation,
  { names, data }: SpinnakerSecrets,
): Container {
  const exported = exportedFiles({ kind: "halyard" }, installation, names);
  const settings = (service: string) =>
    (parse(need(exported[`service-settings/${service}.yml`], service)) ?? {}) as ServiceSettings;
  const container = new Container(folder, name);
  const { env = {}, kubernetes: { volumes = [] } = {} } = settings(name);
  for (const [variable, value] of Object.entries(env)) container.variable(variable, value);
  for (const { id, mountPath } of volumes) container.mount(mountPath, need(data.get(id), id));
  const profile = `${name}-local.yml`;
  container.mount(
    CONFIG,
    new Map([
      ["spinnaker.yml", container.text(spinnakerYml(installation, settings))],
      [profile, container.text(need(exported[`profiles/${profile}`], profile))],
    ]),
  );
  return container;
}

/** Returns the file in which Halyard tells services about each other, with base URLs that are set or its defaults. */
export function spinnakerYml(
  { namespace, services }: Installation,
  settings: (service: string) => ServiceSettings,
): string {
  const entries = services.map((service) => {
    const { scheme = "http", baseUrl, port = service.port } = settings(service.name);
    const host = service.name === "gate" ? "localhost" : `spin-${service.name}.${namespace}`;
    return [service.name, { baseUrl: baseUrl ?? `${scheme}://${host}:${port}`, enabled: true }];
  });
  return stringify({ services: Object.fromEntries(entries) as object });
}
