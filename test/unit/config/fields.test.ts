import { refuses, type Refusal } from "./refusals";

const ORG = "organizations/MyOrg1MSP";
const KEY = "organizations.MyOrg1MSP";

describe("a key", () => {
  refuses([
    [
      "an unknown key of the orchestrator",
      { "orchestrator/hostnames": ["o.example"] },
      "orchestrator.hostnames: is not a known key; the known keys are createNamespace, timeout, certificate, namespace, releaseName, hostname, dnsNames, ipAddresses, ingressClassName, channels, database, chart, values",
    ],
    [
      "an unknown nested key with a dot",
      { [`${ORG}/certificate/validity.hours`]: 5 },
      `${KEY}.certificate["validity.hours"]: is not a known key; the known keys are algorithm, validity, renewBefore, keys, existing, key`,
    ],
    [
      "an unknown key of a channel",
      { "orchestrator/channels/mychannel/members": [] },
      "orchestrator.channels.mychannel.members: is not a known key; the known keys are organizations",
    ],
    [
      "a missing map",
      { "authority/subject": undefined },
      "authority.subject: is missing; it must be a map",
    ],
    [
      "a missing text",
      { [`${ORG}/hostname`]: undefined },
      `${KEY}.hostname: is missing; it must be a text`,
    ],
    [
      "a missing choice",
      { "authority/generations/g1/state": undefined },
      "authority.generations.g1.state: is missing; it must be one of trusted, signing",
    ],
    [
      "a missing list",
      { "orchestrator/channels/mychannel/organizations": undefined },
      "orchestrator.channels.mychannel.organizations: is missing; it must be a list",
    ],
  ]);
});

describe("a value of another type", () => {
  refuses([
    ["a number for a text", { [`${ORG}/hostname`]: 5 }, `${KEY}.hostname: found 5; must be a text`],
    [
      "a text for true or false",
      { [`${ORG}/createNamespace`]: "yes" },
      `${KEY}.createNamespace: found "yes"; must be true or false`,
    ],
    [
      "a text for a number",
      { [`${ORG}/orchestrator/port`]: "443" },
      `${KEY}.orchestrator.port: found "443"; must be a number`,
    ],
    [
      "a fraction",
      { "orchestrator/timeout": 1.5 },
      "orchestrator.timeout: found 1.5; must be a whole number",
    ],
    [
      "a map for a list",
      { "orchestrator/dnsNames": {} },
      "orchestrator.dnsNames: found a map; must be a list",
    ],
    [
      "a list for a map",
      { "orchestrator/values": [] },
      "orchestrator.values: found a list; must be a map",
    ],
    [
      "no value for a map",
      { [`${ORG}/chart`]: null },
      `${KEY}.chart: found no value; must be a map`,
    ],
    [
      "a number in a list",
      { "orchestrator/channels/mychannel/organizations": [1] },
      "orchestrator.channels.mychannel.organizations[0]: found 1; must be a text",
    ],
  ]);
});

const host = "write a host name in lower case, without scheme, port or wildcard";
const noIngress =
  ", an IP address, which no Ingress can have as its host (Kubernetes' API refuses it)";
const label = (found: string, longest: number) =>
  `found ${found}; write 1 to ${longest} lower-case letters, digits and inner hyphens`;

describe("a name", () => {
  const hosts: [string, string][] = [
    ["a scheme", "https://substra.org-1.example"],
    ["a port", "substra.org-1.example:443"],
    ["capitals", "Substra.org-1.example"],
    ["a wildcard", "*.org-1.example"],
    ["a path", "substra.org-1.example/api"],
    ["a final dot", "substra.org-1.example."],
    ["an underscore", "my_host.example"],
    ["no characters", ""],
  ];
  refuses(
    hosts.map(([title, value]): Refusal => [
      `a host with ${title}`,
      { [`${ORG}/hostname`]: value },
      `${KEY}.hostname: found "${value}"; ${host}`,
    ]),
  );
  refuses([
    [
      "bad hosts in every place",
      {
        "orchestrator/hostname": "O.example",
        "orchestrator/dnsNames": ["o.example", "o:9000"],
        [`${ORG}/orchestrator/host`]: "*.example",
      },
      `orchestrator.hostname: found "O.example"; ${host}`,
      `orchestrator.dnsNames[1]: found "o:9000"; ${host}`,
      `${KEY}.orchestrator.host: found "*.example"; write a host name in lower case or an IPv4 address, without scheme, port or wildcard`,
    ],
    [
      "addresses where only names are possible, with the reason",
      {
        "orchestrator/hostname": "10.20.30.40",
        "orchestrator/dnsNames": ["10.20.30.40", "2001:db8::7"],
        "orchestrator/ipAddresses": ["10.20.30.400", "10.20.30.0/24", "[::1]", "*"],
        [`${ORG}/hostname`]: "2001:db8::7",
        [`${ORG}/orchestrator/host`]: "2001:db8::7",
      },
      `orchestrator.hostname: found "10.20.30.40"${noIngress}; leave hostname out, and list the address under orchestrator.ipAddresses if clients dial it`,
      'orchestrator.dnsNames[0]: found "10.20.30.40", an IP address; write it under orchestrator.ipAddresses',
      'orchestrator.dnsNames[1]: found "2001:db8::7", an IP address; write it under orchestrator.ipAddresses',
      ...["10.20.30.400", "10.20.30.0/24", "[::1]", "*"].map(
        (found, position) =>
          `orchestrator.ipAddresses[${position}]: found "${found}"; write an IP address such as 192.0.2.7 or 2001:db8::7, without port, brackets or mask`,
      ),
      `${KEY}.hostname: found "2001:db8::7"${noIngress}; write a host name that resolves to it`,
      `${KEY}.orchestrator.host: found "2001:db8::7", an IPv6 address, behind which the backend cannot put a port; write a host name or an IPv4 address`,
    ],
    [
      "namespaces and classes that Kubernetes cannot have",
      { "orchestrator/namespace": "Consortium", "orchestrator/ingressClassName": "-nginx" },
      `orchestrator.namespace: ${label('"Consortium"', 63)}`,
      `orchestrator.ingressClassName: ${label('"-nginx"', 63)}`,
    ],
    [
      "release names that leave no room for the names of Services",
      { "orchestrator/releaseName": "a".repeat(41), [`${ORG}/releaseName`]: "a.b" },
      `orchestrator.releaseName: ${label(`"${"a".repeat(41)}"`, 40)}`,
      `${KEY}.releaseName: ${label('"a.b"', 40)}`,
    ],
    [
      "channels with capitals",
      { "orchestrator/channels/MyChannel": { organizations: ["MyOrg1MSP"] } },
      "orchestrator.channels.MyChannel: name channels with 1 to 63 lower-case letters, digits, dots and hyphens, starting with a letter or digit",
    ],
    [
      "subjects that X.509 cannot have",
      {
        "authority/subject": { commonName: "", organization: "a".repeat(65) },
      },
      "authority.subject.commonName: found a text of 0 characters; must have at least 1 character",
      "authority.subject.organization: found a text of 65 characters; must have at most 64 characters",
    ],
    [
      "subjects that end with a space",
      { "authority/subject/commonName": "Consortium CA " },
      "authority.subject.commonName: must not begin or end with a space, or contain control characters",
    ],
  ]);
});

describe("a number", () => {
  refuses([
    [
      "invalid ports",
      { [`${ORG}/orchestrator/port`]: 0, "organizations/MyOrg2MSP/orchestrator/port": 65536 },
      `${KEY}.orchestrator.port: found 0; must be at least 1`,
      "organizations.MyOrg2MSP.orchestrator.port: found 65536; must be at most 65535",
    ],
    [
      "a timeout of two days",
      { [`${ORG}/timeout`]: 172800 },
      `${KEY}.timeout: found 172800; must be at most 7200`,
    ],
  ]);
});

const duration = "write a whole number and h, d, w or y (365 days), for example 90d; at most 100y";

describe("the issuance of certificates", () => {
  refuses([
    [
      "durations without a unit, with an unknown unit, of zero, and above the maximum",
      {
        "authority/generations/g1/validity": "999999y",
        "orchestrator/certificate": { validity: "90", renewBefore: "1m" },
        [`${ORG}/certificate/validity`]: "0d",
      },
      `authority.generations.g1.validity: found "999999y"; ${duration}`,
      `orchestrator.certificate.validity: found "90"; ${duration}`,
      `orchestrator.certificate.renewBefore: found "1m"; ${duration}`,
      `${KEY}.certificate.validity: found "0d"; ${duration}`,
    ],
    [
      "a renewal window as long as the validity, or longer",
      {
        "orchestrator/certificate": { validity: "30d", renewBefore: "30d" },
        [`${ORG}/certificate/renewBefore`]: "1y",
      },
      "orchestrator.certificate.renewBefore: 30d must be shorter than validity (30d), or the certificate would be renewed at every up",
      `${KEY}.certificate.renewBefore: 1y must be shorter than validity (90d), or the certificate would be renewed at every up`,
    ],
    [
      "unsupported algorithms",
      { [`${ORG}/certificate/algorithm`]: "RSA-1024" },
      `${KEY}.certificate.algorithm: found "RSA-1024"; must be one of RSA-2048, RSA-3072, RSA-4096, ECDSA-P256, ECDSA-P384, Ed25519`,
    ],
    [
      "a server's key to which no backend connects, although clients may have such a key",
      {
        "orchestrator/certificate": { algorithm: "Ed25519" },
        [`${ORG}/certificate/algorithm`]: "Ed25519",
      },
      'orchestrator.certificate.algorithm: found "Ed25519", with which no backend could connect (its gRPC library refuses servers with such a key); use ECDSA-P256',
    ],
  ]);
});
