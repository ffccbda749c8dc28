import { callersOf, serviceNamed, type Installation, type Service } from "./installation";
import { reaches, type Phase } from "./phase";
import { kindOf, type ServiceName } from "./service-table";

/** Phases of services when they were last deployed. */
export type DeployedPhases = ReadonlyMap<string, Phase>;

/** A problem that prevents the deployment of a phase. */
export interface RollOutProblem {
  readonly service: ServiceName;
  readonly message: string;
  /** Creates the message for several services with the same problem. Equal texts for one service mean the same problem. */
  readonly messageFor: (services: readonly ServiceName[]) => string;
}

/** Finds problems of an installation, whatever was deployed before. */
export function phaseProblems(installation: Installation): RollOutProblem[] {
  return needed(installation).flatMap(({ name }) => {
    if (name === "gate") return [problem(name, () => GATE)];
    return callersOf(installation, name)
      .filter((caller) => !caller.clientCertificate)
      .map((caller) => problem(name, (services) => withoutCertificate(services, caller)));
  });
}

/**
 * Finds changes that must not follow what is deployed.
 *
 * @param silent the services that show no certificate as they are deployed.
 */
export function jumps(
  installation: Installation,
  deployed: DeployedPhases,
  silent: ReadonlySet<string> = new Set(),
): RollOutProblem[] {
  return needed(installation).flatMap(({ name }) => {
    const before = deployed.get(name);
    if (before === undefined || !reaches(before, "want")) {
      return [problem(name, (services) => jump(services, before))];
    }
    return callersOf(installation, name)
      .filter((caller) => !deployed.has(caller.name) || silent.has(caller.name))
      .map((caller) => problem(name, (services) => tooEarly(services, caller)));
  });
}

/** Combines problems that differ only in the service, with all services that have them. */
export function together(
  problems: readonly RollOutProblem[],
): readonly { readonly services: readonly ServiceName[]; readonly message: string }[] {
  const groups = new Map<string, RollOutProblem[]>();
  for (const each of problems) {
    const kind = each.messageFor([]);
    groups.set(kind, [...(groups.get(kind) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const services = group.map(({ service }) => service);
    return { services, message: group[0]?.messageFor(services) ?? "" };
  });
}

function problem(
  service: ServiceName,
  messageFor: (services: readonly ServiceName[]) => string,
): RollOutProblem {
  return { service, message: messageFor([service]), messageFor };
}

/** Warnings for the user before the deployment. */
export function rollOutWarnings(installation: Installation, deployed: DeployedPhases): string[] {
  return [...switches(installation, deployed), ...gaps(installation), ...outside(installation)];
}

function needed({ services }: Installation): Service[] {
  return services.filter(({ phase }) => phase === "need");
}

const GATE =
  'Gate\'s main port is used by browsers and load balancers, which have no certificate: leave it at "tls" or "want", and let machines use a second listener, which always requires a certificate (spinnaker.services.gate.apiPort)';

function withoutCertificate(services: readonly ServiceName[], { name: caller }: Service): string {
  const why =
    caller === "dinghy"
      ? "Dinghy reads http.clientCertFile but has not shown it since March 2021 (armory/dinghy da5426ab). If you have verified that your image shows it, set spinnaker.services.dinghy.clientCertificate: true"
      : `${caller} has no certificate to show (spinnaker.services.${caller}.clientCertificate is false). Set that to true`;
  return `"need" would cut ${caller} off from ${services.join(", ")}: ${why}, or keep ${exceptions(services)}`;
}

function jump(services: readonly ServiceName[], before: Phase | undefined): string {
  const found = before === undefined ? "not deployed yet" : `deployed in phase ${before}`;
  return `"need" skips a phase for ${services.join(", ")}, ${found}: callers whose certificates are not accepted would be cut off. Deploy "want" first, let \`countersign verify\` try each caller, and then set "need"; or for now set ${exceptions(services)}`;
}

function tooEarly(services: readonly ServiceName[], { name: caller }: Service): string {
  return `${caller} calls ${services.join(", ")} but gets its certificate only with this update, perhaps after they refuse it: until ${caller} is deployed, keep ${exceptions(services)}`;
}

function exceptions(services: readonly ServiceName[]): string {
  return `spinnaker.exceptions: { ${services.map((name) => `${name}: want`).join(", ")} }`;
}

/** Callers and servers cannot change from http to https, or back, at the same moment. */
function switches({ services }: Installation, deployed: DeployedPhases): string[] {
  const changing = services.filter(({ name, phase }) => {
    const before = deployed.get(name) ?? "prepare";
    return reaches(before, "tls") !== reaches(phase, "tls");
  });
  const unprepared = services.filter(
    ({ name, phase }) => !deployed.has(name) && reaches(phase, "tls"),
  );
  const warnings: string[] = [];
  if (changing.length > 0) {
    const names = changing.map(({ name }) => name).join(", ");
    warnings.push(
      `calls to ${names} will fail for a moment, from when the first of them changes between http and https until its last caller has rolled; certificates are not the cause`,
    );
  }
  if (unprepared.length > 0 && deployed.size === 0) {
    warnings.push(
      'nothing is deployed yet, and servers will start with TLS at once: if Spinnaker is already running, deploy phase "prepare" first, so that every caller has its stores before a server needs them',
    );
  }
  return warnings;
}

function gaps(installation: Installation): string[] {
  const dinghy = serviceNamed(installation, "dinghy");
  if (!dinghy) return [];
  const callees = dinghy.calls.flatMap((name) => serviceNamed(installation, name) ?? []);
  const secure = callees.filter(({ phase }) => reaches(phase, "tls")).map(({ name }) => name);
  const strict = callees.filter(({ phase }) => phase === "need").map(({ name }) => name);
  return [
    ...(secure.length > 0
      ? [
          `Dinghy's clients ignore http.cacertFile (armory/dinghy since da5426ab); it finds the CA through SSL_CERT_DIR, which is set. Try its calls to ${secure.join(", ")} with your image`,
        ]
      : []),
    ...(strict.length > 0
      ? [
          `The published Dinghy shows no certificate, and ${strict.join(", ")} need one: this works only if your image differs, as services.dinghy.clientCertificate says`,
        ]
      : []),
  ];
}

function outside(installation: Installation): string[] {
  return installation.services.flatMap(({ name, trustsOthers }) => {
    const { outside: called } = kindOf(name);
    if (called === undefined || trustsOthers !== undefined) return [];
    return [
      `${name} calls ${called}, and will trust only Spinnaker's CA there: list the CAs that it needs in spinnaker.services.${name}.trust, or leave that empty if it needs none`,
    ];
  });
}
