import { refuses } from "./refusals";

const request = { stack: "organization/countersign/org-3" };
const signedBy = { stack: "organization/countersign/consortium", trust: ["first-use"] };
const members = (...mspIds: string[]) => ({
  "orchestrator/channels/mychannel/organizations": mspIds,
});

describe("organizations of several stacks", () => {
  const elsewhere = { hostname: "substra.org-3.example", signedBy };
  refuses([
    [
      "nothing about organizations alone if another stack signs for them",
      {
        authority: undefined,
        orchestrator: undefined,
        organizations: { MyOrg3MSP: elsewhere },
      },
    ],
    [
      "an organization of this stack beside them, without an orchestrator",
      { authority: undefined, orchestrator: undefined, "organizations/MyOrg3MSP": elsewhere },
      "orchestrator: is missing: the organizations need one to connect to. If another stack signs for MyOrg1MSP, MyOrg2MSP, set signedBy",
    ],
    [
      "nothing about a consortium's stack without organizations",
      {
        organizations: undefined,
        ...members("MyOrg3MSP"),
        "enrollments/MyOrg3MSP": { request },
      },
    ],
    [
      "enrollments without an orchestrator",
      { orchestrator: undefined, organizations: undefined, "enrollments/MyOrg3MSP": { request } },
      "orchestrator: is missing: the enrolled organizations need one to connect to",
    ],
    [
      "enrollments without an orchestrator and a CA",
      {
        authority: undefined,
        orchestrator: undefined,
        organizations: undefined,
        "enrollments/MyOrg3MSP": { request },
      },
      "orchestrator: is missing: the enrolled organizations need one to connect to",
    ],
    [
      "an enrollment in no channel",
      { "enrollments/MyOrg3MSP": { request } },
      "enrollments.MyOrg3MSP: is in no channel, so the orchestrator would refuse it; add it to orchestrator.channels",
    ],
    [
      "a member that is in neither section",
      {
        ...members("MyOrg1MSP", "MyOrg2MSP", "MyOrg3MSP", "MyOrg4MSP"),
        "enrollments/MyOrg3MSP": { request },
      },
      'orchestrator.channels.mychannel.organizations[3]: "MyOrg4MSP" is not among the organizations and enrollments (MyOrg1MSP, MyOrg2MSP, MyOrg3MSP); without a certificate it could never connect',
    ],
    [
      "a member that another stack signs for, since it belongs to that stack's orchestrator",
      { ...members("MyOrg1MSP", "MyOrg2MSP", "MyOrg3MSP"), "organizations/MyOrg3MSP": elsewhere },
      'orchestrator.channels.mychannel.organizations[2]: "MyOrg3MSP" is not among the organizations and enrollments (MyOrg1MSP, MyOrg2MSP); without a certificate it could never connect',
    ],
    [
      "an organization in both sections",
      { "enrollments/MyOrg2MSP": { request } },
      "enrollments.MyOrg2MSP: is also under organizations, and an organization is either this stack's or another's; remove one of them",
    ],
    [
      "MSP IDs in different sections that the chart cannot distinguish",
      {
        ...members("MyOrg1MSP", "MyOrg2MSP", "My-Org1-MSP"),
        "enrollments/My-Org1-MSP": { request },
      },
      'enrollments.My-Org1-MSP: MSP IDs "MyOrg1MSP" and "My-Org1-MSP" are both "my-org1-msp" to the orchestrator chart; rename one of them',
    ],
    [
      "enrollments with MSP IDs that the chart does not support",
      { ...members("MyOrg1MSP", "MyOrg2MSP", "my.org"), "enrollments/my.org": { request } },
      'enrollments["my.org"]: MSP ID "my.org" may contain only ASCII letters, digits and hyphens, because the orchestrator chart derives a volume name from it',
    ],
    [
      "one namespace for two organizations, whoever signs",
      { "organizations/MyOrg3MSP": { ...elsewhere, namespace: "my-org1-msp" } },
      'organizations.MyOrg3MSP.namespace: "my-org1-msp" is also the namespace of MyOrg1MSP; the backend chart can be installed only once in a namespace',
    ],
    [
      "a chart whose database could not be protected, whoever signs",
      { "organizations/MyOrg3MSP": { ...elsewhere, chart: { version: "22.4.4" } } },
      "organizations.MyOrg3MSP.chart: chart substra-backend 22.4.4 cannot read its database's password from a Secret (it has no database.auth.credentialsSecretName) and would use the published default; use 22.5.0 or later",
    ],
    [
      "a certificate of an enrollment that outlives its CA",
      {
        "authority/generations/g1/validity": "100d",
        ...members("MyOrg1MSP", "MyOrg2MSP", "MyOrg3MSP"),
        "enrollments/MyOrg3MSP": { request, certificate: { validity: "100d" } },
      },
      "enrollments.MyOrg3MSP.certificate.validity: 100d would outlive the CA: authority.generations.g1 is valid for 100d",
    ],
  ]);
});
