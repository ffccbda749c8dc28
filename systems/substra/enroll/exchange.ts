import { stringify } from "yaml";
import { z } from "zod";
import {
  listed,
  type FileExchange,
  type MemberParty,
  type Parties,
} from "../../../command/file-exchange";
import { mspIdProblem } from "../../../components/substra/msp-id";
import { FILES } from "../../../enrollment/files";
import { isDnsName, isPrintable, type CertificateRequest } from "../../../x509";
import { ADMISSION_FORM, endpointSetbacks, expectedOf, type SubstraAdmission } from "../admission";
import { enrollments, termsOf } from "../enrollments";
import { signedBy } from "../organizations";

/** Connection to the orchestrator. Invalid values are ignored here; `pulumi up` refuses them. */
const orchestrator = z
  .looseObject({
    sameCluster: z.boolean().optional(),
    host: z.string().optional(),
    port: z.number().optional(),
  })
  .catch({});

/** Organizations, with only their signer and connection. `pulumi up` checks everything else. */
const organizations = z.record(
  z.string(),
  z.looseObject({ signedBy: signedBy.optional(), orchestrator: orchestrator.default({}) }),
);

type Organization = z.output<typeof organizations>[string];

/** Requests of organizations, and what the consortium has for them, as files. */
export const exchange: FileExchange<SubstraAdmission> = {
  form: ADMISSION_FORM,
  words: {
    party: "organization",
    oneParty: "an organization",
    prefix: "",
    signer: "the consortium's stack",
    members: "organizations",
    requestKey: "file",
    publishes:
      "an organization's stack does once it has signedBy, and the consortium's once it has enrollments",
  },
  isIn: (outputs) => "organizations" in outputs,
  published: (mspId) =>
    mspIdProblem(mspId) ?? { name: mspId, party: mspId, title: mspId, folder: mspId },
  parties: (read): Parties<SubstraAdmission> => ({
    enrolled: new Map(
      Object.entries(read("enrollments", enrollments) ?? {}).map(([mspId, enrollment]) => [
        mspId,
        {
          source: enrollment.request,
          sourceKey: `enrollments.${mspId}.request`,
          terms: termsOf(mspId, enrollment),
          admittedAs: mspId,
        },
      ]),
    ),
    members: new Map(
      Object.entries(read("organizations", organizations) ?? {}).map(([mspId, own]) => [
        mspId,
        memberOf(mspId, own),
      ]),
    ),
  }),
  requester: ({ subject }) => subject.organizations[0],
  holder: ({ subject }) => subject.organizations[0],
  unlisted: (request, _, __, path) => {
    const [mspId = ""] = request.subject.organizations;
    const problem = mspIdProblem(mspId);
    return problem === undefined
      ? {
          reason: `${mspId} is not under countersign:enrollments in ${path}`,
          proposal: proposalFor(mspId, request),
        }
      : { reason: problem };
  },
  rows: ({ channels, orchestrator: { internal, external, ...own } }) => {
    const at = ({ host, port }: typeof internal) => `${host}:${port}`;
    return [
      ["channels", listed(channels)],
      [
        "orchestrator",
        `${at(internal)} in its cluster, ${external ? at(external) : "none"} outside`,
      ],
      ["its names", listed([...own.dnsNames, ...(own.ipAddresses ?? [])])],
      ["its chart", listed([own.chart.name, own.chart.version])],
    ];
  },
};

function memberOf(
  mspId: string,
  { signedBy: signer, orchestrator: wishes }: Organization,
): MemberParty<SubstraAdmission> | undefined {
  return (
    signer && {
      ...signer,
      sourceKey: `organizations.${mspId}.signedBy`,
      applicant: expectedOf(mspId),
      trustsWith: [],
      furtherSetbacks: endpointSetbacks({ orchestrator: wishes }),
    }
  );
}

/** Proposes a configuration that grants what is requested, as far as it could be granted. */
function proposalFor(mspId: string, request: CertificateRequest): string {
  const { subject, dnsNames, publicKeyFingerprint } = request;
  const [commonName = ""] = subject.commonNames;
  const names = dnsNames.filter(isDnsName);
  const enrollment = {
    request: { file: `enrollments/${mspId}/${FILES.request}` },
    ...(isPrintable(commonName) && { commonName }),
    ...(names.length > 0 && { dnsNames: names }),
    publicKey: publicKeyFingerprint,
  };
  return stringify({ "countersign:enrollments": { [mspId]: enrollment } });
}
