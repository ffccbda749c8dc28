import { all, log, output, secret, type Output } from "@pulumi/pulumi";
import {
  RegistrationAuthority,
  distrusting,
  publishedAuthorities,
  type EnrollmentPolicy,
} from "../../components/enrollment";
import type { CertificateAuthority } from "../../components/pki";
import type { ServiceCredentials } from "../../components/services/credentials";
import { filesOf } from "../../components/services/files";
import { caFilesObject } from "../../components/services/objects";
import { componentName } from "../../components/services/party";
import { Service, trustedBy, type SharedCas } from "../../components/services/service";
import { FORMAT } from "../../enrollment/documents";
import type { Foundation, SystemOutputs } from "../../stack/system";
import { readCertificate } from "../../x509";
import { entryOf } from "./admission";
import { certify, sharedTrust, type Certified } from "./certify";
import { REGISTRATION, listed, type ServicesExchange } from "./exchange";
import { serviceOutput } from "./outputs";
import { calledHere, sharedCasOf, type ServiceSettings, type ServicesSettings } from "./settings";

/** A service of this stack. */
interface Deployed extends Pick<Certified, "request" | "ownCas"> {
  readonly settings: ServiceSettings;
  /** Undefined until it has a certificate. */
  readonly service: Service | undefined;
  /** CAs that it trusts besides those of its credentials, PEM. */
  readonly otherCas: Output<string> | undefined;
}

export function deployServices(
  settings: ServicesSettings,
  exchange: ServicesExchange,
  on: Foundation,
): SystemOutputs {
  const { authority } = on;
  const registration = authority && register(settings, exchange, authority);
  const shared = sharedTrust(settings, exchange, authority);
  const casOf = sharedObjects(on);
  const deployed = [...settings.services.values()].map((service): Deployed => {
    const { credentials, ...rest } = certify(service, { exchange, authority, shared });
    return {
      ...rest,
      settings: service,
      service: credentials && deployService(service, credentials, on, casOf(service, credentials)),
      otherCas: credentials && otherCasOf(service, credentials),
    };
  });
  const byName = <T>(of: (each: Deployed) => T | undefined) =>
    Object.fromEntries(
      deployed.flatMap((each) => {
        const value = of(each);
        return value === undefined ? [] : [[each.settings.name, value] as const];
      }),
    );
  const releases = byName(({ service }) => service?.release);
  const requests = byName(({ request }) => request);
  return {
    certificates: { services: byName(({ service }) => service?.certificate) },
    ...(Object.keys(releases).length > 0 && { releases: { services: releases } }),
    own: {
      ...(settings.services.size > 0 && { services: byName(outputOf) }),
      ...(shared && { serviceCas: shared.trust.trustPem }),
      ...(Object.keys(requests).length > 0 && {
        serviceRequests: { format: FORMAT, services: requests },
      }),
      ...(authority &&
        registration && { serviceAdmissions: admissionsOf(settings, authority, registration) }),
    },
  };
}

/** Signs for the services of other stacks. */
function register(
  { enrollments }: ServicesSettings,
  { decisions, trusted }: ServicesExchange,
  authority: CertificateAuthority,
): RegistrationAuthority | undefined {
  if (!decisions) return undefined;
  const { signing } = authority;
  signing.certificatePem.apply(async (pem) => {
    const parties = distrusting(pem, trusted);
    if (parties.length === 0) return;
    await log.warn(
      `${listed(parties)} ${parties.length === 1 ? "does" : "do"} not trust CA generation ${signing.name} yet, and will refuse certificates from it. Before it signs, list its fingerprint (SHA-256 ${readCertificate(pem).fingerprint}) in the trust of servicesSignedBy or signedBy in these stacks, and run \`pulumi up\` there`,
    );
  });
  return new RegistrationAuthority(REGISTRATION, {
    issuer: signing,
    policies: Object.fromEntries(
      enrollments.map(({ party, terms, requests, role, validityHours, renewBeforeHours }) => {
        const { source } = terms;
        const life = { validityHours, renewBeforeHours };
        const tellsTrust = "stack" in requests;
        return [party, { ...life, source, role, tellsTrust } satisfies EnrollmentPolicy];
      }),
    ),
    decisions,
    trusted,
    kind: "service",
    // No name of a service has a dot, so no two parties have one name.
    nameOf: (party) => party.replace(" ", "-").replace("/", "."),
  });
}

/** Document that the stacks of enrolled services read from this one. */
function admissionsOf(
  { enrollments }: ServicesSettings,
  authority: CertificateAuthority,
  { certificates }: RegistrationAuthority,
) {
  return {
    format: FORMAT,
    authorities: publishedAuthorities(authority),
    services: Object.fromEntries(
      enrollments.flatMap(({ party, requests, group, service }) => {
        const issued = certificates.get(party);
        if (issued === undefined) return [];
        return [
          [
            entryOf("stack" in requests ? requests.stack : group, service),
            { certificate: issued.apply(({ certificate }) => certificate) },
          ],
        ];
      }),
    ),
  };
}

function deployService(
  settings: ServiceSettings,
  credentials: ServiceCredentials,
  { namespaceOf, inPlace }: Foundation,
  cas: SharedCas | undefined,
): Service {
  const { name, release, storePassword, server } = settings;
  return new Service(componentName(name), {
    service: name,
    namespace: namespaceOf(settings).ready,
    credentials,
    role: settings.role,
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
function sharedObjects({ namespaceOf, inPlace }: Foundation) {
  const known = new Map<string, SharedCas>();
  return (settings: ServiceSettings, credentials: ServiceCredentials): SharedCas | undefined => {
    const shared = sharedCasOf(settings);
    if (shared === undefined) return undefined;
    const cas = known.get(shared.resource) ?? caObject(shared.resource, settings, credentials);
    known.set(shared.resource, cas);
    return cas;
  };

  function caObject(
    resource: string,
    settings: ServiceSettings,
    credentials: ServiceCredentials,
  ): SharedCas {
    const { trust, upToRoot, files } = settings;
    const object = caFilesObject(
      resource,
      {
        namespace: namespaceOf(settings).ready,
        files: filesOf(files).ca,
        trusted: trustedBy({ credentials, otherCas: trust, upToRoot }),
      },
      { ...(files.ca?.name !== undefined && { inPlace: inPlace() }) },
    );
    return { name: object.metadata.name, object };
  }
}

/** Returns the CAs that a service trusts besides those of its credentials, including those above them, as PEM. */
function otherCasOf(
  { trust, upToRoot }: ServiceSettings,
  credentials: ServiceCredentials,
): Output<string> {
  const trusted = trustedBy({ credentials, otherCas: trust, upToRoot });
  return all([trusted, trustedBy({ credentials })]).apply(([pems, own]) =>
    pems.filter((pem) => !own.includes(pem)).join(""),
  );
}

/** Returns the public outputs of a deployed service, which `countersign` reads. */
function outputOf({ settings, service, otherCas, ownCas }: Deployed): Output<unknown> | undefined {
  if (!service || !otherCas) return undefined;
  const { keys, ca, digest } = service;
  return output({ keys, ca, digest, otherCas, ownCas }).apply((objects) =>
    output(serviceOutput(settings, objects)),
  );
}
