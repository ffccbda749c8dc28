import { getOrganization, getProject, getStack } from "@pulumi/pulumi";
import { z } from "zod";
import { receive, type Enrolled, type Exchange, type Signed } from "../../components/enrollment";
import { componentName, partyOf } from "../../components/services/party";
import { Service } from "../../components/services/service";
import type { StackMemory } from "../../components/stack-memory";
import { EXISTING, keyNames } from "../../config/certificate-fields";
import { quoteList, readCertificate } from "../../x509";
import {
  SERVICE_FORM,
  entryOf,
  expectedOf,
  folderOf,
  requestFileOf,
  type ServiceAdmission,
} from "./admission";
import { requestsKeyOf, type ServiceEnrollment } from "./enrollments";
import { sharingTrust, type ServiceSettings, type ServicesSettings } from "./settings";

/** Name of the component that signs for the services of other stacks. */
export const REGISTRATION = "service-registration";

export type ServicesExchange = Exchange<ServiceAdmission>;

/**
 * Reads what other stacks publish for the services of this one, and for those that it signs for.
 *
 * @throws Error if something must not be accepted; nothing has been registered by then.
 */
export function receiveServices(
  settings: ServicesSettings,
  memory: StackMemory,
  signs: boolean,
): Promise<ServicesExchange> {
  const { enrollments } = settings;
  return receive({
    form: SERVICE_FORM,
    signed: signedElsewhere(settings, memory),
    enrolled: enrollments.map(enrolledOf),
    signs,
    deployedAs: Service.type,
    registration: REGISTRATION,
    holderOf: ({ subject: { organizations, commonNames } }) => {
      const [organization, commonName] = [organizations.join(), commonNames.join()];
      const same = enrollments.find(
        ({ terms }) => terms.organization === organization && terms.commonName === commonName,
      );
      return same?.party ?? partyOf(commonName);
    },
    memory,
  });
}

/** Returns the keys of a service that another stack signs for. */
export function keysOf({ certificate }: ServiceSettings) {
  const names = keyNames(certificate);
  return {
    names,
    algorithm: certificate.algorithm,
    ...(names.includes(EXISTING) && { existing: certificate.key }),
  };
}

function enrolledOf(enrollment: ServiceEnrollment): Enrolled {
  const { party, service, requests, terms } = enrollment;
  if ("stack" in requests) return { party, entry: service, request: requests, terms };
  const file = requestFileOf(requests.directory, service);
  const key = `${requestsKeyOf(enrollment)}.directory`;
  return { party, request: { file, key }, origin: file, terms };
}

function signedElsewhere(
  { services }: ServicesSettings,
  memory: StackMemory,
): Signed<ServiceAdmission>[] {
  const all = [...services.values()];
  const trustsWith = sharingTrust(all).map(({ name }) => componentName(name));
  const here = `${getOrganization()}/${getProject()}/${getStack()}`;
  return all.flatMap((settings): Signed<ServiceAdmission>[] => {
    const { name, issuance } = settings;
    // `problems` refuses a service without a signer.
    if (issuance.kind === "here" || !issuance.source || !issuance.trust) return [];
    const { source, sourceKey, trust, accept, trustKey, isShared } = issuance;
    return [
      {
        ...expectedOf(settings, trustKey),
        name: componentName(name),
        keys: keysOf(settings),
        source:
          "stack" in source
            ? source
            : { directory: folderOf(source.directory, name), key: `${sourceKey}.directory` },
        entry: entryOf(here, name),
        // The directory of all services: what is true for all of them is then reported once.
        ...("directory" in source && { origin: source.directory }),
        trust,
        accept,
        ...(isShared && { trustsWith }),
        own: ownOf(componentName(name), memory),
        furtherSetbacks: () => [],
      },
    ];
  });
}

/** Returns what is deployed of a service with a certificate of this stack's own CA. */
function ownOf(name: string, memory: StackMemory): { readonly trustsSigner: boolean } | undefined {
  if (!memory.hasCertificate(Service.type, name)) return undefined;
  return { trustsSigner: trusting.safeParse(memory.of(Service.type, name)).success };
}

const trusting = z.object({ trustsSigner: z.literal(true) });

/** Messages about an exchange. */
interface Notices {
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
  /** What each party waits for, by its name. */
  readonly waiting: ReadonlyMap<string, string>;
}

/** Returns what people should know. What is true for several services in the same words is reported once. */
export function noticesOf(settings: ServicesSettings, exchange: ServicesExchange): Notices {
  const { standings, moving, decisions } = exchange;
  const waiting = new Map([
    ...[...standings].flatMap(([party, { waiting: reason }]) => {
      const keeps = moving.get(party) === "keeps";
      if (reason === undefined) return keeps ? [[party, TRUSTS_FIRST] as const] : [];
      return [[party, keeps ? reason + KEEPS_OWN : reason] as const];
    }),
    ...[...settings.services.values()].flatMap((service) => changedNames(service, exchange)),
    ...Object.entries(decisions?.waiting ?? {}),
  ]);
  const warnings = [
    ...new Set([
      ...[...standings.values()].flatMap((standing) => standing.warnings),
      ...(decisions?.warnings ?? []),
    ]),
  ];
  const told = [...waiting].filter(
    // If something older remains in use meanwhile, a warning already says so.
    ([, reason]) => !warnings.some((warning) => warning.startsWith(reason)),
  );
  const parties = [...standings.keys(), ...settings.enrollments.map(({ party }) => party)];
  return { warnings: folded(warnings, parties), notices: byReason(told), waiting };
}

/** End of the reason why a service waits that keeps the certificate which it has. */
const KEEPS_OWN = "; the certificate of this stack's own CA stays in use until then";

/** Reason why a service waits although the other stack has signed. */
const TRUSTS_FIRST = `${SERVICE_FORM.signer} has signed; services trust its CAs first, and the next \`pulumi up\` deploys its certificates`;

/** Folds warnings that differ only in their party. */
function folded(warnings: readonly string[], parties: readonly string[]): string[] {
  const sorted = [...parties].sort((one, other) => other.length - one.length);
  const about = warnings.map((text) => ({
    text,
    party: sorted.find((party) => text.includes(party)),
  }));
  return groupsOf(about, ({ text, party = "" }) => withoutParty(text, party)).map(
    ([first, ...others]) => {
      const also = others.flatMap(({ party }) => party ?? []);
      return also.length === 0 ? first.text : `${first.text} (likewise: ${listed(also)})`;
    },
  );
}

/** Groups what has the same key, in order. */
function groupsOf<T>(all: readonly T[], keyOf: (each: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const each of all) {
    const group = groups.get(keyOf(each));
    if (group) group.push(each);
    else groups.set(keyOf(each), [each]);
  }
  return [...groups.values()];
}

/** Removes a party and the name of its folder from a text. */
function withoutParty(text: string, party: string): string {
  if (party === "") return text;
  const folder = `/${party.split(/[ /]/).at(-1) ?? ""}/`;
  return text.split(party).join("").split(folder).join("/");
}

function byReason(waiting: readonly (readonly [party: string, reason: string])[]): string[] {
  return groupsOf(waiting, ([party, reason]) => withoutParty(reason, party)).map((group) => {
    const [[, reason]] = group;
    const isSame = group.every(([, other]) => other === reason);
    const verb = group.length === 1 ? "waits" : "wait";
    const rest = isSame ? "" : " (and likewise for the others)";
    return `${listed(group.map(([party]) => party))} ${verb}: ${reason}${rest}`;
  });
}

const MOST_LISTED = 5;

/** Lists parties for people, of which there may be many. */
export function listed(parties: readonly string[]): string {
  const shown = parties.slice(0, MOST_LISTED).join(", ");
  const rest = parties.length - MOST_LISTED;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** Reports names of a service that its certificate does not have yet: its request asks for them, with the same key. */
function changedNames(
  settings: ServiceSettings,
  { standings }: ServicesExchange,
): [party: string, reason: string][] {
  const party = partyOf(settings.name);
  const accepted = standings.get(party)?.accepted;
  if (!accepted || standings.get(party)?.waiting !== undefined) return [];
  const has = readCertificate(accepted.admission.certificate);
  const lacks = [
    ...(has.subject.commonNames.includes(settings.commonName) ? [] : [settings.commonName]),
    ...settings.dnsNames.filter((name) => !has.dnsNames.includes(name)),
    ...settings.ipAddresses.filter((address) => !has.ipAddresses.includes(address)),
    ...settings.certificate.uris.filter((uri) => !has.uris.includes(uri)),
  ];
  if (lacks.length === 0) return [];
  const reason = `${SERVICE_FORM.signer} has not signed the request for ${quoteList(lacks)} of ${party} yet; the certificate in use does not have these names`;
  return [[party, reason]];
}
