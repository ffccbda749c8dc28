import type {
  CertificateChange,
  Connection,
  Danger,
  Lifetime,
  Notice,
  ReleaseChange,
  Report,
  ServerChange,
  StackReport,
  TrustChange,
  WorkloadChange,
} from "../../../../cli/report/model";

/** The time of the reports in these tests. */
export const AT = "2026-01-05T13:04:00Z";

/** A report of one stack, or of several. */
export function report(...stacks: readonly Partial<StackReport>[]): Report {
  return { at: AT, stacks: (stacks.length === 0 ? [{}] : stacks).map(stackReport) };
}

/** A stack in which nothing changes except the given parts. */
export function stackReport(parts: Partial<StackReport> = {}): StackReport {
  return {
    stack: "dev",
    certificates: [],
    trust: [],
    access: [],
    servers: [],
    releases: [],
    workloads: [],
    dangers: [],
    notices: [],
    lifetimes: [],
    connections: [],
    operations: { create: 0, update: 0, replace: 0, delete: 0 },
    ...parts,
  };
}

/** MyOrg1MSP's certificate, which is renewed. */
export function certificate(parts: Partial<CertificateChange> = {}): CertificateChange {
  return {
    operation: "renewed",
    kind: "leaf",
    owner: "MyOrg1MSP",
    name: "my-org1-msp-certificate",
    subject: "CN=MyOrg1MSP,O=MyOrg1MSP",
    names: { kept: [], added: [], removed: [] },
    key: { before: "ECDSA-P256", after: "ECDSA-P256" },
    issuer: { before: "g1", after: "g1" },
    expires: "2026-02-01T00:00:00Z",
    validity: { hours: 90 * 24 },
    fingerprint: "12ab",
    reasons: [{ code: "renewal-window", text: "it entered its renewal window on 2026-01-02" }],
    ...parts,
  };
}

/** A CA generation that is created. */
export function authority(name: string, parts: Partial<CertificateChange> = {}): CertificateChange {
  return certificate({
    operation: "issued",
    kind: "authority",
    owner: `CA generation ${name}`,
    name: `ca/${name}`,
    subject: "CN=Consortium CA",
    key: { before: undefined, after: "ECDSA-P256" },
    issuer: { before: undefined, after: name },
    expires: undefined,
    validity: { hours: 10 * 365 * 24 },
    fingerprint: undefined,
    reasons: [{ code: "first", text: `CA generation ${name} is new` }],
    ...parts,
  });
}

/** MyOrg1MSP's backend, which rolls and otherwise stays the same. */
export function release(parts: Partial<ReleaseChange> = {}): ReleaseChange {
  const chart = { name: "substra-backend", version: "26.15.3", from: "charts/substra-backend" };
  return {
    party: "MyOrg1MSP",
    name: "backend",
    namespace: "org-1",
    operation: "upgraded",
    rolls: ["Deployment backend-server"],
    redraws: [],
    why: ["the certificate of MyOrg1MSP is renewed"],
    chart: { before: chart, after: chart },
    values: [],
    manifests: { objects: [], notes: [] },
    ...parts,
  };
}

/** Echo's Deployment, which rolls. */
export function workload(parts: Partial<WorkloadChange> = {}): WorkloadChange {
  return {
    kind: "Deployment",
    name: "echo",
    namespace: "spinnaker",
    operation: "changed",
    rolls: true,
    why: ["readinessProbe changes"],
    values: [],
    ...parts,
  };
}

/** The generations that a consumer trusts before and after, by their names. */
export function trustChange(
  before: readonly string[],
  after: readonly string[],
  parts: Partial<TrustChange> = {},
): TrustChange {
  const generation = (name: string) => ({ id: `ca/${name}`, name, fingerprint: `${name}${name}` });
  return {
    party: "MyOrg1MSP",
    elsewhere: false,
    before: before.map(generation),
    after: after.map(generation),
    ...parts,
  };
}

/** A server with two callers, which begins to ask for certificates. */
export function serverChange(parts: Partial<ServerChange> = {}): ServerChange {
  return {
    party: "echo",
    before: "tls",
    after: "mutual-tls-optional",
    callers: ["gate", "orca"],
    ...parts,
  };
}

/** A connection from MyOrg1MSP to the orchestrator; both trust each other. */
export function connection(parts: Partial<Connection> = {}): Connection {
  return {
    client: "MyOrg1MSP",
    server: "orchestrator",
    clientIssuer: "g1",
    serverIssuer: "g1",
    clientTrustsServer: true,
    serverTrustsClient: true,
    ...parts,
  };
}

export function danger(kind: Danger["kind"], text = `something ${kind}`): Danger {
  return { kind, text, todo: "do not" };
}

export function notice(severity: Notice["severity"], text: string): Notice {
  return { severity, text };
}

/** The lifetime of MyOrg1MSP's certificate, from the beginning of the year. */
export function lifetime(parts: Partial<Lifetime> = {}): Lifetime {
  return {
    kind: "leaf",
    owner: "MyOrg1MSP",
    name: "my-org1-msp-certificate",
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: "2026-04-01T00:00:00Z",
    hours: undefined,
    renewBeforeHours: 30 * 24,
    ...parts,
  };
}
