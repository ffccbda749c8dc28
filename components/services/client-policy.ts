import type { ServerMode } from "../../facts";

/**
 * Policies of a server towards its clients, from the most open one to the strictest.
 *
 * - `tls`: it asks for no certificate.
 * - `optional`: it asks for one and refuses a wrong one, but accepts clients without one.
 * - `required`: it requires one.
 */
export const CLIENT_POLICIES = ["tls", "optional", "required"] as const;

export type ClientPolicy = (typeof CLIENT_POLICIES)[number];

/** Returns the policy as facts and checks name it. */
export function serverMode(policy: ClientPolicy): ServerMode {
  return MODES[policy];
}

const MODES: Readonly<Record<ClientPolicy, ServerMode>> = {
  tls: "tls",
  optional: "mutual-tls-optional",
  required: "mutual-tls",
};

/** The part of a service that decides whether a step would cut off a caller. */
export interface Stance {
  /** Policy of its server towards clients; undefined if it is no server. */
  readonly clients: ClientPolicy | undefined;
  /** Whether it shows a certificate to servers. */
  readonly presents: boolean;
}

/** A service as it is configured. */
export interface PlannedService extends Stance {
  readonly name: string;
  /** The services of this stack that it calls. */
  readonly calls: readonly string[];
}

/** A problem that prevents the step, with the service whose server causes it. */
export interface StepProblem {
  readonly service: string;
  readonly message: string;
}

/** Finds servers that would refuse a caller, whatever was deployed before. */
export function silentCallers(services: readonly PlannedService[]): StepProblem[] {
  return services
    .filter(({ clients }) => clients === "required")
    .flatMap(({ name }) =>
      callersOf(name, services)
        .filter(({ presents }) => !presents)
        .map((caller) => ({
          service: name,
          message: `"required" would cut off ${caller.name}, which shows no certificate: set services.${caller.name}.client to true, or use "optional"`,
        })),
    );
}

/**
 * Finds servers that would require certificates in one step, although they or their callers are not ready for it.
 *
 * @param deployed the services as they were last deployed.
 */
export function jumps(
  services: readonly PlannedService[],
  deployed: ReadonlyMap<string, Stance>,
): StepProblem[] {
  return services.flatMap(({ name, clients }) => {
    const before = deployed.get(name)?.clients;
    if (clients !== "required" || before === undefined || before === "required") return [];
    if (before === "tls") {
      const message = `found "required", but the deployed server asks for no certificate ("tls"): callers whose certificates it does not accept would be cut off. Deploy "optional" first, let \`countersign verify\` try each caller, and then set "required"`;
      return [{ service: name, message }];
    }
    return callersOf(name, services)
      .filter((caller) => deployed.get(caller.name)?.presents !== true)
      .map((caller) => ({
        service: name,
        message: `found "required", but its caller ${caller.name} gets its certificate only with this update, perhaps after the server refuses it: keep "optional" until ${caller.name} is deployed`,
      }));
  });
}

/** Warnings about servers that require certificates from their first update on. */
export function firstSteps(
  services: readonly PlannedService[],
  deployed: ReadonlyMap<string, Stance>,
): string[] {
  const names = services
    .filter(
      ({ name, clients }) => clients === "required" && deployed.get(name)?.clients === undefined,
    )
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `${names.join(", ")} will require certificates from the first update on: if clients already call without one, deploy "optional" first`,
  ];
}

function callersOf(callee: string, services: readonly PlannedService[]): PlannedService[] {
  return services.filter(({ calls }) => calls.includes(callee));
}
