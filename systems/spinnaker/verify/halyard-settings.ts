import { kindOf, type ServiceName } from "../../../components/spinnaker/service-table";
import { leavesOf, propertiesOf, layered, type Properties } from "./properties";

/** Halyard's service settings of a service. The Operator reads them, too. */
export interface Hosting {
  readonly baseUrl: string | undefined;
  readonly plainProbes: readonly string[];
  readonly tcpProbe: boolean;
}

type Trees = Readonly<Record<string, unknown>>;

/**
 * Combines a service's settings as Halyard does. Those under `spinnaker` apply to services in the Operator's list of
 * versions; the service's own settings take precedence.
 */
export function settingsOf(
  name: ServiceName,
  trees: Trees,
): readonly (readonly [string, string])[] {
  const { language, variantOf, targets } = kindOf(name);
  const isListed = language === "java" && variantOf === undefined && targets.includes("operator");
  const common = isListed ? leavesOf(trees.spinnaker) : [];
  return [...new Map([...common, ...leavesOf(trees[name])])];
}

/** Returns the profile of a service. For a variant of another service, it overrides the profile of that service. */
export function profileOf(name: ServiceName, trees: Trees): Properties | undefined {
  const { variantOf } = kindOf(name);
  const layers = [...(variantOf === undefined ? [] : [variantOf]), name].flatMap((each) =>
    trees[each] === undefined ? [] : [propertiesOf(trees[each])],
  );
  return layers.length === 0 ? undefined : layered(...layers);
}

export function hostingOf(
  where: string,
  settings: readonly (readonly [string, string])[],
): Hosting {
  const values = new Map(settings);
  const tcpProbe = values.get("kubernetes.useTcpProbe") === "true";
  const ownProbe = values.has("kubernetes.customHealthCheckExecCommands[0]");
  const plain = `${where} has no kubernetes.useTcpProbe: true, so its probe uses HTTP`;
  return {
    baseUrl: values.get("overrideBaseUrl") ?? values.get("baseUrl"),
    plainProbes: tcpProbe || ownProbe ? [] : [plain],
    tcpProbe,
  };
}

/** Returns the variables that the settings give to a container. */
export function environmentOf(
  settings: readonly (readonly [string, string])[],
): ReadonlyMap<string, string> {
  const own = settings.filter(([name]) => name.startsWith("env."));
  return new Map(own.map(([name, value]) => [name.slice("env.".length), value]));
}
