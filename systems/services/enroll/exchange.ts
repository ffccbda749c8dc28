import { basename, dirname } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import type {
  EnrolledParty,
  FileExchange,
  MemberParty,
  Named,
  Parties,
} from "../../../command/file-exchange";
import { CLUSTER_DOMAIN } from "../../../components/kubernetes/service-names";
import { partyOf } from "../../../components/services/party";
import { label } from "../../../config/fields";
import { ConfigError } from "../../../config/problems";
import { isDnsName, isPrintable, quote, type CertificateRequest } from "../../../x509";
import {
  SERVICE_FORM,
  expectedOf,
  folderOf,
  requestFileOf,
  type ServiceAdmission,
} from "../admission";
import { requestsKeyOf, type ServiceEnrollment } from "../enrollments";
import { resolve, sections, sharingTrust, type ServiceSettings } from "../settings";
import { uri } from "../section";
import { missingSigners } from "../signing-problems";

const PREFIX = partyOf("");

/** Keys of a service on which its certificate depends. `pulumi up` checks everything else. */
const OF_CERTIFICATE = [
  "namespace",
  "serviceName",
  "server",
  "calls",
  "client",
  "certificate",
  "signedBy",
];

const services = z
  .record(
    z.string(),
    z
      .looseObject({})
      .transform((own) =>
        Object.fromEntries(Object.entries(own).filter(([key]) => OF_CERTIFICATE.includes(key))),
      ),
  )
  .pipe(sections.services);

/** A name that is a folder's, also if a stranger gave it. */
const FOLDER = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** Requests of services, and what the stack that signs has for them, as files. */
export const exchange: FileExchange<ServiceAdmission> = {
  form: SERVICE_FORM,
  words: {
    party: "service",
    oneParty: "a service",
    prefix: PREFIX,
    signer: SERVICE_FORM.signer,
    members: "services",
    requestKey: "directory",
    publishes:
      "a stack of services does once it has servicesSignedBy, and the one that signs once it has serviceEnrollments",
  },
  isIn: (outputs) => "services" in outputs || "serviceAdmissions" in outputs,
  published: (entry) => {
    const segments = entry.split("/");
    // The folder is `<service>` for a request, otherwise `<group>/<service>` or `<stack>/<service>`.
    const folder = segments.slice(-2).join("/");
    if (!segments.every((each) => FOLDER.test(each)))
      return `service ${quote(entry)} has a name that cannot be that of a folder`;
    const party = partyOf(segments.at(-1) ?? "");
    return { name: folder, party, title: partyOf(folder), folder };
  },
  parties: (read): Parties<ServiceAdmission> => {
    const settings = resolve(
      {
        services: read("services", services),
        servicesSignedBy: read("servicesSignedBy", sections.servicesSignedBy),
        serviceEnrollments: read("serviceEnrollments", sections.serviceEnrollments),
      },
      read("clusterDomain", z.string()) ?? CLUSTER_DOMAIN,
    );
    const own = [...(settings?.services.values() ?? [])];
    const problems = own.flatMap(missingSigners);
    const sharing = sharingTrust(own);
    if (problems.length > 0) throw new ConfigError(problems);
    return {
      enrolled: new Map(settings?.enrollments.map((each) => [each.party, enrolledOf(each)])),
      members: new Map(own.map((each) => [partyOf(each.name), memberOf(each, sharing)])),
    };
  },
  requester: (named, parties) => {
    const found = requesters(named, parties);
    if (found.length === 0) return memberNamed(named, parties);
    return found.length === 1 ? found[0] : undefined;
  },
  holder: (named, parties, nearby) =>
    nearby ??
    memberNamed(named, parties) ??
    enrolledNamed(named, parties)[0]?.[1].admittedAs ??
    partyOf(named.subject.commonNames[0] ?? ""),
  unlisted: (request, origin, parties, path) => {
    const among = requesters({ subject: request.subject, origin }, parties);
    if (among.length > 1)
      return {
        reason: `it may be that of ${among.join(" or of ")}: give it in a folder <group>/<service>, as it is exported`,
      };
    const { organizations, commonNames } = request.subject;
    return {
      reason: `no service under countersign:serviceEnrollments in ${path} is granted organization (O) ${organizations.map(quote).join(", ")} and common name (CN) ${commonNames.map(quote).join(", ") || "none"}`,
      proposal: proposalFor(request, origin, parties),
    };
  },
  rows: () => [],
};

function enrolledOf(enrollment: ServiceEnrollment): EnrolledParty {
  const { service, requests, terms } = enrollment;
  return {
    source: "stack" in requests ? requests : { file: requestFileOf(requests.directory, service) },
    sourceKey: requestsKeyOf(enrollment),
    terms,
    admittedAs: partyOf(service),
  };
}

/** @param sharing the services of the stack that share a signer and trust. */
function memberOf(
  settings: ServiceSettings,
  sharing: readonly ServiceSettings[],
): MemberParty<ServiceAdmission> | undefined {
  const { name, issuance } = settings;
  if (issuance.kind === "here" || !issuance.source || !issuance.trust) return undefined;
  const { source, sourceKey, trust, accept, trustKey, isShared } = issuance;
  const folders = (of: readonly ServiceSettings[]) =>
    "stack" in source ? [] : of.map((each) => folderOf(source.directory, each.name));
  return {
    source: "stack" in source ? source : { directory: folderOf(source.directory, name) },
    sourceKey,
    commonName: settings.commonName,
    applicant: expectedOf(settings, trustKey),
    trust,
    accept,
    trustsWith: isShared ? folders(sharing) : [],
    furtherSetbacks: () => [],
  };
}

/** Returns the enrolled services that are granted the subject. */
function enrolledNamed({ subject }: Named, { enrolled }: Parties): [string, EnrolledParty][] {
  return [...enrolled].filter(
    ([, { terms }]) =>
      terms.organization === subject.organizations.join() &&
      terms.commonName === subject.commonNames.join(),
  );
}

function memberNamed({ subject }: Named, { members }: Parties): string | undefined {
  return [...members].find(
    ([, member]) =>
      member?.applicant.organization === subject.organizations.join() &&
      member.commonName === subject.commonNames.join(),
  )?.[0];
}

/**
 * Returns the enrolled services that may have made a request: those that are granted its subject, or else those whose
 * folder it is in, to show what it asks for instead. If there are several, the folder of the group decides.
 */
function requesters(named: Named, parties: Parties): string[] {
  const folder = dirname(named.origin);
  const bySubject = enrolledNamed(named, parties);
  const found =
    bySubject.length > 0
      ? bySubject
      : [...parties.enrolled].filter(
          ([, { admittedAs }]) => admittedAs === partyOf(basename(folder)),
        );
  const inGroup = found.filter(([party]) =>
    party.startsWith(`${partyOf(basename(dirname(folder)))}/`),
  );
  return (found.length > 1 && inGroup.length > 0 ? inGroup : found).map(([party]) => party);
}

/** Proposes a configuration that grants what is requested; undefined if it would have to guess a name. */
function proposalFor(
  request: CertificateRequest,
  origin: string,
  { enrolled }: Parties,
): string | undefined {
  const { subject, dnsNames, ipAddresses, uris, publicKeyFingerprint: publicKey } = request;
  const [organization = "", commonName = ""] = [subject.organizations[0], subject.commonNames[0]];
  const isLabel = (text: string) => label.safeParse(text).success;
  const folder = dirname(origin);
  const service = [commonName, basename(folder)].find(isLabel);
  const like = [...enrolled].find(([, { terms }]) => terms.organization === organization);
  const group =
    like?.[0].slice(PREFIX.length).split("/")[0] ??
    [organization, basename(dirname(folder))].find(isLabel);
  const isPlain = [organization, commonName].every(isPrintable);
  if (service === undefined || group === undefined || !isPlain) return undefined;
  const names = {
    dnsNames: dnsNames.filter(isDnsName),
    ipAddresses,
    uris: uris.filter((each) => uri.safeParse(each).success),
  };
  const entry = {
    organization,
    ...(commonName !== service && { commonName }),
    ...(dnsNames.length + ipAddresses.length === 0 && { role: "client" }),
    ...Object.fromEntries(Object.entries(names).filter(([, all]) => all.length > 0)),
    publicKey,
  };
  const requests = like === undefined ? { requests: { directory: `enrollments/${group}` } } : {};
  return stringify({
    "countersign:serviceEnrollments": { [group]: { ...requests, services: { [service]: entry } } },
  });
}
