import type { Service } from "../../../components/spinnaker/installation";
import { CONFIG_DIRECTORY } from "../../../components/spinnaker/targets/kustomize";
import type { PodEnvironment } from "../../../verify/cluster/pod-environment";
import type { PodFile } from "../../../verify/cluster/pod-files";
import { importsOf, readSettings } from "./config-tree";
import { layered, propertiesOfEnvironment, type Properties } from "./properties";

/** Environment and files that a service's container sees. */
export interface Inside {
  readonly environment: PodEnvironment;
  readonly files: ReadonlyMap<string, PodFile>;
}

/** Returns the path of Countersign's settings in a service of spinnaker-kustomize. */
export function profilePath({ name, language }: Service): string {
  const directory = language === "java" ? `${CONFIG_DIRECTORY}/mtls` : CONFIG_DIRECTORY;
  return `${directory}/${name}-local.yml`;
}

/**
 * Combines settings from files as a service does: later files take precedence (tried with Spring Boot 2.7, as kork
 * starts it; go-yaml-tools v1.0.2, pkg/spring, reads no directories below its own).
 *
 * @param alone whether only Countersign's file is known, and not the other files of the base.
 */
export function readFiles(
  service: Service,
  { environment, files }: Inside,
  alone: boolean,
): { readonly properties: Properties; readonly faults: readonly string[] } {
  const { name, language } = service;
  const own = profilePath(service);
  const base = ["spinnaker", name, "spinnaker-local", `${name}-local`].map(
    (file) => `${CONFIG_DIRECTORY}/${file}.yml`,
  );
  const paths = [...new Set([...base, own])];
  const layers: Properties[] = [];
  const faults: string[] = [];
  const imports: string[] = [];
  for (const path of paths) {
    const file = files.get(path);
    if (file === undefined) continue;
    const read = readSettings(file.content.toString("utf8"), path, files);
    layers.push(read.properties);
    faults.push(...read.faults);
    imports.push(...importsOf(read.properties));
  }
  if (!files.has(own)) faults.push(`it has no ${own}, where its settings must be.`);
  else if (language === "java" && !alone) faults.push(...overlooked(own, imports, environment));
  if (language === "java") layers.push(propertiesOfEnvironment(environment));
  return { properties: layered(...layers), faults };
}

/** Reasons why Spring Boot would not read the file. */
function overlooked(own: string, imports: string[], environment: PodEnvironment): string[] {
  const places = [`${CONFIG_DIRECTORY}/*/`, `${CONFIG_DIRECTORY}/mtls/`];
  const isImported = imports.some((place) => places.some((each) => place.endsWith(each)));
  const profiles = environment.get("SPRING_PROFILES_ACTIVE")?.split(",") ?? ["local"];
  return [
    ...(isImported
      ? []
      : [
          `it does not read ${own}: spinnaker.yml lacks spring.config.import: optional:file:${CONFIG_DIRECTORY}/*/.`,
        ]),
    ...(profiles.includes("local")
      ? []
      : [`it does not read ${own}: SPRING_PROFILES_ACTIVE does not name "local".`]),
  ];
}

/** A probe of a container, with the fields that are read here (Kubernetes core/v1 Probe). */
export interface Probe {
  readonly httpGet?: object;
  readonly exec?: { readonly command?: readonly string[] };
}

const PROBES = ["readinessProbe", "livenessProbe", "startupProbe"] as const;

/** Describes the probes that speak HTTP without a certificate. */
export function plainProbes(
  container: Readonly<Partial<Record<(typeof PROBES)[number], Probe>>>,
): string[] {
  return PROBES.filter((kind) => isPlain(container[kind])).map(
    (kind) =>
      `its ${kind} is ${container[kind]?.httpGet ? "httpGet" : "a command that calls HTTP"}`,
  );
}

function isPlain(probe: Probe | undefined): boolean {
  const command = (probe?.exec?.command ?? []).join(" ");
  return probe?.httpGet !== undefined || (/https?:\/\//.test(command) && !command.includes("cert"));
}
