import { type Claims, type ConfiguredSystem, type Sections, bothLeaves } from "../../config/system";
import { readers, spinnaker as section, type SpinnakerConfig } from "./section";
import {
  installation,
  type Installation,
  type Service,
} from "../../components/spinnaker/installation";
import { kindOf, type ServiceName } from "../../components/spinnaker/service-table";
import { about } from "../../config/about";
import { phaseProblems, together, type RollOutProblem } from "../../components/spinnaker/roll-out";
import { manifestProblems } from "../../components/spinnaker/targets/operator";
import type { AuthorityConfig } from "../../config/authority";
import { generationsOfEd25519 } from "../../config/generations";
import { keyOf, sharedValues, type Problem } from "../../config/problems";

const sections = {
  spinnaker: section.meta(about("Spinnaker's services (docs/spinnaker.md)")),
};

/** The section, with everything that is derived from it. */
export interface SpinnakerSettings extends SpinnakerConfig {
  readonly installation: Installation;
}

function resolve(
  { spinnaker: own }: Sections<typeof sections>,
  clusterDomain: string,
): SpinnakerSettings | undefined {
  if (own === undefined) return undefined;
  const services = entriesOf<ServiceName, ServiceConfig>(own.services);
  return {
    ...own,
    installation: installation({
      target: own.target.kind,
      namespace: own.namespace,
      clusterDomain,
      phase: own.phase,
      exceptions: new Map(entriesOf(own.exceptions)),
      services: new Map(
        services.map(([name, { trust, ...settings }]) => [
          name,
          { ...settings, trustsOthers: trust && Object.keys(trust).length > 0 },
        ]),
      ),
    }),
  };
}

type ServiceConfig = NonNullable<SpinnakerConfig["services"][ServiceName]>;

function entriesOf<K extends string, V>(record: Readonly<Partial<Record<K, V>>>): [K, V][] {
  return Object.entries(record) as [K, V][];
}

function claims({ installation: own, certificate, ...section }: SpinnakerSettings): Claims {
  return {
    namespaces: [{ path: ["spinnaker"], ...section }],
    lifetimes: [{ path: ["spinnaker"], hours: certificate.validityHours }],
    leaves: own.services.flatMap(({ dnsNames }) => bothLeaves(dnsNames)),
  };
}

/** Problems that depend on several services, or on the CA. */
function problems(spinnaker: SpinnakerSettings, own: AuthorityConfig | undefined): Problem[] {
  const { installation } = spinnaker;
  const { services } = installation;
  return [
    ...authority(own),
    ...services.flatMap((service) => hosts(service, installation)),
    ...services.flatMap(listeners),
    ...addresses(services),
    ...rollOutProblems(spinnaker, phaseProblems(installation)),
    ...manifest(spinnaker),
  ];
}

/** Problems with phases, by the keys that set them. */
export function rollOutProblems(
  { exceptions }: SpinnakerConfig,
  problems: readonly RollOutProblem[],
): Problem[] {
  const [excepted, others] = partition(problems, ({ service }) => service in exceptions);
  return [
    ...together(others).map(({ message }) => ({ key: keyOf(["spinnaker", "phase"]), message })),
    ...excepted.map(({ service, message }) => ({
      key: keyOf(["spinnaker", "exceptions", service]),
      message,
    })),
  ];
}

function partition<T>(all: readonly T[], belongs: (each: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((each) => !belongs(each))];
}

function authority(own: AuthorityConfig | undefined): Problem[] {
  if (!own) return [{ key: "authority", message: "is missing: Spinnaker's services need a CA" }];
  return generationsOfEd25519(
    own,
    "and Java's TLS accepts no certificate that it has signed (JSSE of Java 11 to 21); Spinnaker needs",
  );
}

function hosts({ name, host }: Service, { target }: Installation): Problem[] {
  const { variantOf, targets } = kindOf(name);
  if (target === "kustomize" && variantOf !== undefined) {
    return [
      {
        key: keyOf(["spinnaker", "services", name]),
        message: `is a service of Halyard's highly available installations, which the kustomize base does not have; use ${variantOf}`,
      },
    ];
  }
  if (host !== undefined) return [];
  return [
    {
      key: keyOf(["spinnaker", "services", name, "host"]),
      message: `is missing: ${name} has no default host name with ${target} (only with ${targets.join(" and ")}), and its certificate must contain the name by which it is called`,
    },
  ];
}

/** Conflicts between the ports of one pod. */
function listeners({ name, port, apiPort, legacyPort }: Service): Problem[] {
  return sharedValues(
    [
      { name: "its main port", port },
      { name: "apiPort", port: apiPort },
      { name: "legacyPort", port: legacyPort },
    ],
    (each) => each.port,
    ({ name: key }, value, other) => ({
      key: keyOf(["spinnaker", "services", name, key]),
      message: `${value} is already ${other}`,
    }),
  );
}

/** Services at the same address: callers of one would reach the other. */
function addresses(services: readonly Service[]): Problem[] {
  return sharedValues(
    services,
    ({ host, port }) => (host === undefined ? undefined : `${host}:${port}`),
    ({ name }, address, owner) => ({
      key: keyOf(["spinnaker", "services", name, "port"]),
      message: `${address} is already the address of ${owner}; give one of them another host or port`,
    }),
  );
}

function manifest({ target, installation }: SpinnakerSettings): Problem[] {
  if (target.kind !== "operator" || !target.manifest) return [];
  return manifestProblems(target.manifest, installation).map((message) => ({
    key: keyOf(["spinnaker", "target", "operator", "manifest"]),
    message,
  }));
}

/** Spinnaker for the configuration. */
export const spinnaker: ConfiguredSystem<SpinnakerSettings, typeof sections> = {
  title: "Spinnaker",
  sections,
  readers,
  resolve,
  problems,
  claims,
};
