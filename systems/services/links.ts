import { createHash } from "node:crypto";
import { z } from "zod";
import { CLUSTER_DOMAIN } from "../../components/kubernetes/service-names";
import { partyOf } from "../../components/services/party";
import { keyNames } from "../../config/certificate-fields";
import type { Sections } from "../../config/system";
import { readCertificateRequest } from "../../x509";
import type { StackLinks } from "../../verify/system";
import { resolve, sections } from "./settings";

const signer = z
  .object({ stack: z.string().optional(), directory: z.string().optional() })
  .optional()
  .catch(undefined);

const services = z
  .record(
    z.string(),
    z
      .object({
        signedBy: signer,
        certificate: z
          .object({ keys: z.array(z.string()).optional(), key: z.unknown().optional() })
          .optional()
          .catch(undefined),
      })
      .catch({ signedBy: undefined, certificate: undefined }),
  )
  .catch({});

const groups = z
  .record(
    z.string(),
    z
      .object({ requests: z.object({ stack: z.string().optional() }) })
      .optional()
      .catch(undefined),
  )
  .catch({});

const outputs = z.object({
  serviceRequests: z
    .object({
      services: z.record(z.string(), z.object({ key: z.string(), request: z.string() }).partial()),
    })
    .optional()
    .catch(undefined),
});

/** Links between the stack that signs and the stacks of its services. */
export const links: StackLinks = {
  signed: (config) => {
    const all = signer.parse(config["countersign:servicesSignedBy"]);
    const asked = namesIn(config);
    return Object.entries(services.parse(config["countersign:services"])).flatMap(
      ([name, { signedBy: own, certificate }]) => {
        if (!own && !all) return [];
        const key = keyNames(certificate ?? {}).at(-1) ?? "";
        return [
          {
            party: partyOf(name),
            signer: own?.directory === undefined ? (own?.stack ?? all?.stack) : undefined,
            key: `${key} ${asked.get(name) ?? "for unknown names"}`,
          },
        ];
      },
    );
  },
  requestsFrom: (config) =>
    Object.values(groups.parse(config["countersign:serviceEnrollments"])).flatMap(
      (group) => group?.requests.stack ?? [],
    ),
  published: (content) => {
    const published = outputs.parse(content).serviceRequests?.services ?? {};
    return new Map(
      Object.entries(published).flatMap(([name, { key, request }]) =>
        key === undefined || request === undefined
          ? []
          : [[partyOf(name), `${key} ${namesOf(request)}`] as const],
      ),
    );
  },
};

/** What a request asks for, in a short form. With other names, the same key needs another certificate. */
interface Asked {
  readonly organization: string;
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
}

function digestOf({ organization, commonName, dnsNames, ipAddresses, uris }: Asked): string {
  const names = [...dnsNames, ...ipAddresses, ...uris].sort();
  const text = JSON.stringify([organization, commonName, names]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Returns what services will ask for, by name. What is invalid is left out. */
function namesIn(config: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const found = sections.services.safeParse(withoutSecrets(config["countersign:services"]));
  if (!found.success) return new Map();
  const own: Sections<typeof sections> = { services: found.data };
  const domain = config["countersign:clusterDomain"];
  const settings = resolve(own, typeof domain === "string" ? domain : CLUSTER_DOMAIN);
  return new Map(
    [...(settings?.services ?? [])].map(([name, service]) => [
      name,
      digestOf({ ...service, uris: service.certificate.uris }),
    ]),
  );
}

/** Removes encrypted values, on which no name depends. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => !isSecret(each))
      .map(([key, each]) => [key, withoutSecrets(each)]),
  );
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

function namesOf(request: string): string {
  try {
    const { subject, ...asked } = readCertificateRequest(request);
    return digestOf({
      ...asked,
      organization: subject.organizations.join(),
      commonName: subject.commonNames.join(),
    });
  } catch {
    return "unreadable";
  }
}
