import type { Installation, Service } from "../../components/spinnaker/installation";
import { phaseProblems, together, type RollOutProblem } from "../../components/spinnaker/roll-out";
import { kindOf } from "../../components/spinnaker/service-table";
import { manifestProblems } from "../../components/spinnaker/targets/operator";
import type { SpinnakerConfig } from "./section";
import type { SpinnakerSettings } from "./settings";
import type { AuthorityConfig } from "../../config/authority";
import { generationsOfEd25519 } from "../../config/generations";
import { keyOf, type Problem } from "../../config/problems";

/** Problems that depend on several services, or on the CA. */
export function problems(
  spinnaker: SpinnakerSettings,
  own: AuthorityConfig | undefined,
): Problem[] {
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
  const taken = new Map([[port, "its main port"]]);
  return (
    [
      ["apiPort", apiPort],
      ["legacyPort", legacyPort],
    ] as const
  ).flatMap(([key, own]) => {
    if (own === undefined) return [];
    const other = taken.get(own);
    taken.set(own, key);
    if (other === undefined) return [];
    return [
      { key: keyOf(["spinnaker", "services", name, key]), message: `${own} is already ${other}` },
    ];
  });
}

/** Services at the same address: callers of one would reach the other. */
function addresses(services: readonly Service[]): Problem[] {
  const owners = new Map<string, string>();
  return services.flatMap(({ name, host, port }) => {
    if (host === undefined) return [];
    const address = `${host}:${port}`;
    const owner = owners.get(address);
    owners.set(address, owner ?? name);
    if (owner === undefined) return [];
    return [
      {
        key: keyOf(["spinnaker", "services", name, "port"]),
        message: `${address} is already the address of ${owner}; give one of them another host or port`,
      },
    ];
  });
}

function manifest({ target, installation }: SpinnakerSettings): Problem[] {
  if (target.kind !== "operator" || !target.manifest) return [];
  return manifestProblems(target.manifest, installation).map((message) => ({
    key: keyOf(["spinnaker", "target", "operator", "manifest"]),
    message,
  }));
}
