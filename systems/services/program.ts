import { all, output, secret, type Output } from "@pulumi/pulumi";
import { z } from "zod";
import { CLIENT_POLICIES } from "../../components/services/client-policy";
import { filesOf } from "../../components/services/files";
import { caFilesObject } from "../../components/services/objects";
import { componentName } from "../../components/services/party";
import { firstSteps, jumps, type Stance } from "../../components/services/roll-out";
import { Service, trustedBy, type SharedCas } from "../../components/services/service";
import type { CertificateAuthority } from "../../components/pki";
import type { StackMemory } from "../../components/stack-memory";
import { ConfigError } from "../../config";
import type { Foundation, ProgramSystem, SystemOutputs } from "../../stack/system";
import { stepProblems } from "./problems";
import { serviceOutput } from "./service-output";
import {
  calledHere,
  plannedServices,
  sharedCasOf,
  type ServiceSettings,
  type ServicesSettings,
} from "./settings";
import { services as configured } from "./system";

const remembered = z.object({
  clients: z.enum(CLIENT_POLICIES).optional(),
  presents: z.boolean().default(false),
});

/** Services with mutual TLS, whatever program they run. */
export const services: ProgramSystem<ServicesSettings, typeof configured.sections> = {
  ...configured,
  withSecretValues: ({ services: own }, mark) => ({
    services: new Map(
      [...own].map(([name, service]) => {
        const { release } = service;
        if (!release) return [name, service];
        const values = mark(release.values, "services", [name, "release", "values"]);
        return [name, { ...service, release: { ...release, values } }];
      }),
    ),
  }),
  prepare: (settings, { memory }) => ({
    warnings: judgeStep(settings, memory).map((warning) => `Services: ${warning}`),
    deploy: ({ authority, ...on }) => {
      if (!authority) throw new Error("services without a CA"); // `problems` refuses them
      return deployServices(settings, { ...on, authority });
    },
  }),
};

/**
 * Checks the step from the deployed policies of servers to the configured ones.
 *
 * @returns warnings.
 * @throws ConfigError if the step could cut off callers.
 */
function judgeStep(settings: ServicesSettings, memory: StackMemory): readonly string[] {
  const planned = plannedServices(settings);
  const deployed = new Map(
    planned.flatMap(({ name }): [string, Stance][] => {
      const { success, data } = remembered.safeParse(memory.of(Service.type, componentName(name)));
      return success ? [[name, { clients: data.clients, presents: data.presents }]] : [];
    }),
  );
  const problems = stepProblems(jumps(planned, deployed));
  if (problems.length > 0) throw new ConfigError(problems);
  return firstSteps(planned, deployed);
}

/** Parts of the stack on which services are built; they have a CA. */
interface Ground extends Foundation {
  readonly authority: CertificateAuthority;
}

function deployServices({ services: all }: ServicesSettings, ground: Ground): SystemOutputs {
  const sharedCas = casOf(ground);
  const deployed = [...all.values()].map((settings) => ({
    settings,
    service: deployService(settings, ground, sharedCas(settings)),
  }));
  const byName = <T>(of: (each: (typeof deployed)[number]) => T | undefined) =>
    Object.fromEntries(
      deployed.flatMap((each) => {
        const value = of(each);
        return value === undefined ? [] : [[each.settings.name, value] as const];
      }),
    );
  const releases = byName(({ service }) => service.release);
  return {
    certificates: { services: byName(({ service }) => service.certificate) },
    ...(Object.keys(releases).length > 0 && { releases: { services: releases } }),
    own: { services: byName(({ settings, service }) => outputOf(settings, service)) },
  };
}

function deployService(
  settings: ServiceSettings,
  { authority, namespaceOf, inPlace }: Ground,
  cas: SharedCas | undefined,
): Service {
  const { name, certificate, release, storePassword, server } = settings;
  const { existing } = certificate;
  return new Service(componentName(name), {
    service: name,
    namespace: namespaceOf(settings).ready,
    authority,
    organization: settings.organization,
    commonName: settings.commonName,
    dnsNames: settings.dnsNames,
    ipAddresses: settings.ipAddresses,
    uris: certificate.uris,
    role: settings.role,
    certificate,
    ...(existing && {
      existingKey: secret(existing.key),
      existingCertificate: existing.certificate,
    }),
    files: settings.files,
    storePassword: storePassword === undefined ? undefined : secret(storePassword),
    otherCas: settings.trust,
    upToRoot: settings.upToRoot,
    sharedCas: cas,
    ...(settings.files.secret !== undefined && { inPlace: inPlace() }),
    clients: server?.clients,
    calls: calledHere(settings),
    restarts: settings.restarts,
    release: release && { ...release, name: release.name ?? name },
  });
}

/** Returns a function that returns the object with the CAs of a service, created once for all that can share it. */
function casOf({ authority, namespaceOf, inPlace }: Ground) {
  const known = new Map<string, SharedCas>();
  return (settings: ServiceSettings): SharedCas | undefined => {
    const shared = sharedCasOf(settings);
    if (shared === undefined) return undefined;
    const cas = known.get(shared.resource) ?? caObject(shared.resource, settings);
    known.set(shared.resource, cas);
    return cas;
  };

  function caObject(resource: string, settings: ServiceSettings): SharedCas {
    const { trust, upToRoot, files } = settings;
    const object = caFilesObject(
      resource,
      {
        namespace: namespaceOf(settings).ready,
        files: filesOf(files).ca,
        trusted: trustedBy({ authority, otherCas: trust, upToRoot }),
      },
      { ...(files.ca?.name !== undefined && { inPlace: inPlace() }) },
    );
    return { name: object.metadata.name, object };
  }
}

/** Returns the public outputs of a service, which `countersign` reads. */
function outputOf(settings: ServiceSettings, service: Service): Output<unknown> {
  return all([service.keys, service.ca, service.digest]).apply(([keys, ca, digest]) =>
    output(serviceOutput(settings, { keys, ca, digest })),
  );
}
