import { callersOf, type Installation, type Service } from "./installation";
import { reaches, type Phase } from "./phase";
import { kindOf, type ServiceName } from "./service-table";

/** How far services were when they were last deployed. */
export type DeployedPhases = ReadonlyMap<string, Phase>;

/** What keeps a phase from being deployed. */
export interface RollOutProblem {
  readonly service: ServiceName;
  readonly message: string;
  /** The message for several services that have the same problem; equal texts of one service are the same problem. */
  readonly messageFor: (services: readonly ServiceName[]) => string;
}

/** What no installation may be, whatever it was before. */
export function phaseProblems(installation: Installation): RollOutProblem[] {
  return needed(installation).flatMap(({ name }) => {
    if (name === "gate") return [problem(name, () => GATE)];
    return callersOf(installation, name)
      .filter((caller) => !caller.clientCertificate)
      .map((caller) => problem(name, (services) => withoutCertificate(services, caller)));
  });
}

/**
 * What may not follow on what is deployed.
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

/** Problems that are the same but for the service, with all services that have them. */
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

/** What the user should know before it happens. */
export function rollOutWarnings(installation: Installation, deployed: DeployedPhases): string[] {
  return [...switches(installation, deployed), ...gaps(installation), ...outside(installation)];
}

function needed({ services }: Installation): Service[] {
  return [...services.values()].filter(({ phase }) => phase === "need");
}

const GATE =
  'Gate\'s main port is where browsers and load balancers come, and they have no certificate: leave it at "tls" or "want", and let machines use a second listener, on which a certificate is always needed (spinnaker.services.gate.apiPort)';

function withoutCertificate(services: readonly ServiceName[], { name: caller }: Service): string {
  const why =
    caller === "dinghy"
      ? "Dinghy reads http.clientCertFile but has not shown it since March 2021 (armory/dinghy da5426ab). If your image is proved to show it, set spinnaker.services.dinghy.clientCertificate: true"
      : `${caller} has no certificate to show (spinnaker.services.${caller}.clientCertificate is false). Set that to true`;
  return `"need" would cut ${caller} off from ${services.join(", ")}: ${why}, or keep ${exceptions(services)}`;
}

function jump(services: readonly ServiceName[], before: Phase | undefined): string {
  const found = before === undefined ? "not deployed yet" : `deployed in phase ${before}`;
  return `"need" is a jump for ${services.join(", ")}, ${found}: callers whose certificates are not accepted would be cut off. Deploy "want" first, let \`countersign verify\` try each caller, and set "need" then; or for now have ${exceptions(services)}`;
}

function tooEarly(services: readonly ServiceName[], { name: caller }: Service): string {
  return `${caller} calls ${services.join(", ")} but gets its certificate only with this update, perhaps after they refuse it: until ${caller} is deployed, keep ${exceptions(services)}`;
}

function exceptions(services: readonly ServiceName[]): string {
  return `spinnaker.exceptions: { ${services.map((name) => `${name}: want`).join(", ")} }`;
}

/** From http to https and back callers and servers cannot change at the same moment. */
function switches({ services }: Installation, deployed: DeployedPhases): string[] {
  const changing = [...services.values()].filter(({ name, phase }) => {
    const before = deployed.get(name) ?? "prepare";
    return reaches(before, "tls") !== reaches(phase, "tls");
  });
  const unprepared = [...services.values()].filter(
    ({ name, phase }) => !deployed.has(name) && reaches(phase, "tls"),
  );
  const warnings: string[] = [];
  if (changing.length > 0) {
    const names = changing.map(({ name }) => name).join(", ");
    warnings.push(
      `calls to ${names} fail for a moment, from when the first of them has changed between http and https until its last caller has rolled; no certificate is at fault then`,
    );
  }
  if (unprepared.length > 0 && deployed.size === 0) {
    warnings.push(
      'nothing is deployed yet, and servers begin with TLS at once: if Spinnaker runs already, deploy phase "prepare" first, so that every caller has its stores before a server needs them',
    );
  }
  return warnings;
}

function gaps(installation: Installation): string[] {
  const { services } = installation;
  const dinghy = services.get("dinghy");
  if (!dinghy) return [];
  const callees = dinghy.calls.flatMap((name) => services.get(name) ?? []);
  const secure = callees.filter(({ phase }) => reaches(phase, "tls")).map(({ name }) => name);
  const strict = callees.filter(({ phase }) => phase === "need").map(({ name }) => name);
  return [
    ...(secure.length > 0
      ? [
          `Dinghy's clients ignore http.cacertFile (armory/dinghy since da5426ab); it knows the CA by SSL_CERT_DIR, which is set. Try its calls to ${secure.join(", ")} with your image`,
        ]
      : []),
    ...(strict.length > 0
      ? [
          `Dinghy as it is published shows no certificate, and ${strict.join(", ")} need one: this works only if your image is another, as services.dinghy.clientCertificate says`,
        ]
      : []),
  ];
}

function outside(installation: Installation): string[] {
  return [...installation.services.values()].flatMap(({ name, trustsOthers }) => {
    const { outside: called } = kindOf(name);
    if (called === undefined || trustsOthers !== undefined) return [];
    return [
      `${name} calls ${called}, and from now on knows no CA but Spinnaker's there: name those that it needs in spinnaker.services.${name}.trust, or none by an empty one`,
    ];
  });
}
