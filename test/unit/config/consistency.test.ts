import { GOOD } from "./make-config";
import { refuses, type Refusal } from "./refusals";

const ORG = "organizations/MyOrg1MSP";
const KEY = "organizations.MyOrg1MSP";

describe("sections checked together", () => {
  refuses([
    [
      "an orchestrator without a CA",
      { authority: undefined },
      "authority: is missing: the orchestrator needs a CA",
    ],
    [
      "organizations without an orchestrator",
      { orchestrator: undefined },
      "orchestrator: is missing: the organizations need one to connect to. If another stack signs for MyOrg1MSP, MyOrg2MSP, set signedBy",
    ],
    ["nothing about a CA alone", { orchestrator: undefined, organizations: undefined }],
    [
      "two organizations in one namespace",
      { [`${ORG}/namespace`]: "shared", "organizations/MyOrg2MSP/namespace": "shared" },
      'organizations.MyOrg2MSP.namespace: "shared" is also the namespace of MyOrg1MSP; the backend chart can be installed only once in a namespace',
    ],
    [
      "one namespace that is both created and not created",
      { [`${ORG}/namespace`]: "orchestrator", [`${ORG}/createNamespace`]: false },
      'organizations.MyOrg1MSP.createNamespace: is false, but orchestrator.createNamespace is true for the same namespace "orchestrator"',
    ],
    [
      "an organization in the namespace that another one has by default",
      { [`${ORG}/namespace`]: "my-org2-msp" },
      'organizations.MyOrg2MSP.namespace: "my-org2-msp" is also the namespace of MyOrg1MSP; the backend chart can be installed only once in a namespace',
    ],
  ]);
});

describe("an MSP ID", () => {
  const rename = (mspId: string) => ({
    [`organizations/${mspId}`]: GOOD.organizations.MyOrg1MSP,
    "orchestrator/channels/mychannel/organizations": ["MyOrg1MSP", "MyOrg2MSP", mspId],
  });
  const charset = (mspId: string) =>
    `MSP ID "${mspId}" may contain only ASCII letters, digits and hyphens, because the orchestrator chart derives a volume name from it`;
  const long = "AnOrganizationWith28LettersMSP";
  refuses([
    ["a dot", rename("my.org"), `organizations["my.org"]: ${charset("my.org")}`],
    [
      "a letter beyond ASCII",
      rename("MyОrg"),
      `organizations["MyОrg"]: ${charset("My\\u{41e}rg")}`,
    ],
    [
      "one that is too long",
      rename(long),
      `organizations.${long}: MSP ID "${long}" is too long: the orchestrator chart writes it as "an-organization-with28-letters-msp", 34 characters, and has room for 32`,
    ],
    [
      "a hyphen in front",
      rename("-Org"),
      'organizations["-Org"]: MSP ID "-Org" may not begin or end with a hyphen: Kubernetes names do not',
    ],
    [
      "one that the chart cannot distinguish from another",
      { ...rename("My-Org1-MSP"), "organizations/My-Org1-MSP/namespace": "elsewhere" },
      `${KEY}: MSP IDs "My-Org1-MSP" and "MyOrg1MSP" are both "my-org1-msp" to the orchestrator chart; rename one of them`,
    ],
  ]);
});

describe("channels", () => {
  refuses([
    [
      "none at all",
      { "orchestrator/channels": {} },
      "orchestrator.channels: needs at least one channel: an organization in no channel is refused",
    ],
    [
      "one without members",
      { "orchestrator/channels/empty": { organizations: [] } },
      "orchestrator.channels.empty.organizations: must have at least 1 entry",
    ],
    [
      "a member that is not an organization",
      { "orchestrator/channels/mychannel/organizations": ["MyOrg1MSP", "MyOrg2Msp", "MyOrg2MSP"] },
      'orchestrator.channels.mychannel.organizations[1]: "MyOrg2Msp" is not among the organizations and enrollments (MyOrg1MSP, MyOrg2MSP); without a certificate it could never connect',
    ],
    [
      "a member although there is no organization",
      { organizations: undefined, "orchestrator/channels/mychannel/organizations": ["MyOrg1MSP"] },
      'orchestrator.channels.mychannel.organizations[0]: "MyOrg1MSP" is not among the organizations and enrollments (there are none); without a certificate it could never connect',
    ],
    [
      "a member twice",
      { "orchestrator/channels/mychannel/organizations": ["MyOrg1MSP", "MyOrg2MSP", "MyOrg1MSP"] },
      'orchestrator.channels.mychannel.organizations[2]: lists "MyOrg1MSP" a second time',
    ],
    [
      "an organization in no channel",
      { "orchestrator/channels/mychannel/organizations": ["MyOrg1MSP"] },
      "organizations.MyOrg2MSP: is in no channel, so the orchestrator would refuse it; add it to orchestrator.channels",
    ],
    [
      "settings of a channel that it is not in",
      { [`${ORG}/channels`]: { mychannel: { restricted: true }, other: {} } },
      `${KEY}.channels.other: is not a channel of MyOrg1MSP; it is a member of mychannel`,
    ],
  ]);
});

describe("the connection of a backend", () => {
  refuses([
    [
      "one from another cluster without a host",
      { [`${ORG}/orchestrator/sameCluster`]: false },
      `${KEY}.orchestrator.host: is missing: with sameCluster: false there must be a host to dial; set it, or orchestrator.hostname`,
    ],
    [
      "an address that the certificate does not cover, although it has a similar one",
      {
        [`${ORG}/orchestrator/host`]: "10.20.30.40",
        "orchestrator/ipAddresses": ["10.20.30.41"],
      },
      `${KEY}.orchestrator.host: "10.20.30.40" is not in the orchestrator's certificate (orchestrator-server, orchestrator-server.orchestrator, orchestrator-server.orchestrator.svc, orchestrator-server.orchestrator.svc.cluster.local, 10.20.30.41); add it to orchestrator.ipAddresses or change it`,
    ],
    [
      "a host that the certificate does not cover",
      {
        [`${ORG}/orchestrator/host`]: "o.example",
        "orchestrator/hostname": "orchestrator.example",
      },
      `${KEY}.orchestrator.host: "o.example" is not in the orchestrator's certificate (orchestrator.example, orchestrator-server, orchestrator-server.orchestrator, orchestrator-server.orchestrator.svc, orchestrator-server.orchestrator.svc.cluster.local); add it to orchestrator.dnsNames or change it`,
    ],
    [
      "nothing about a host that the configuration adds to the certificate",
      { [`${ORG}/orchestrator/host`]: "o.example", "orchestrator/dnsNames": ["o.example"] },
    ],
  ]);
});

describe("the lifetime of a leaf certificate", () => {
  const outlives = (key: string, life: string): string =>
    `${key}.certificate.validity: ${life} would outlive the CA: authority.generations.g1 is valid for 60d`;
  const table: Refusal[] = [
    [
      "one beyond its CA's, even by default",
      { "authority/generations/g1/validity": "60d", [`${ORG}/certificate/validity`]: "59d" },
      outlives("organizations.MyOrg2MSP", "90d"),
      outlives("orchestrator", "90d"),
    ],
    [
      "one as long as its CA's, which started earlier",
      {
        "authority/generations/g1/validity": "60d",
        "orchestrator/certificate/validity": "30d",
        [`${ORG}/certificate/validity`]: "60d",
        "organizations/MyOrg2MSP/certificate/validity": "30d",
      },
      outlives(KEY, "60d"),
    ],
  ];
  refuses(table);
});
