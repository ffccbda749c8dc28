import assert from "node:assert/strict";
import type { Registered, Run } from "./mock-engine";
import { CONSORTIUM, MEMBER, enrol, stacksOf } from "./enrollment/parties";
import { SECTIONS, runStack } from "./run-stack";
import { makeRequest } from "../unit/x509/make-request";
import { reveal, visible } from "./wire";

/** Passwords of stores that the configuration gives. */
const STORE_PASSWORD = "given-password";

/** Key material in plain text, and as in the data of Secrets. */
const KEY_MATERIAL = new RegExp(
  ["PRIVATE KEY", "generated-password", STORE_PASSWORD]
    .flatMap((text) => [text, Buffer.from(text).toString("base64")])
    .join("|"),
);

/** Components with nothing to register: other resources already store their outputs. */
const STORED_ELSEWHERE = [
  "countersign:choreo-connect:Pair",
  "countersign:spinnaker:ServiceCredentials",
  "countersign:substra:Backend",
  "countersign:substra:DatabasePasswords",
];

/** Outputs of the stack with material that people take elsewhere. */
const EXPORTED = ["choreoKeys", "choreoConnectKeys"];

/** Components with one child per organization, which is named after it. */
const NAMED_BY_ORGANIZATION = ["countersign:enrollment:RegistrationAuthority"];

/** The requests that the stack of MyOrg3MSP publishes. */
const REQUESTS = {
  format: 1,
  organizations: {
    MyOrg3MSP: { key: "k1", request: makeRequest({ subject: [["O", "MyOrg3MSP"]] }) },
  },
};

/** Everything that a stack can own: its own parties, one that it enrolls, and one that is enrolled elsewhere. */
const EVERYTHING = {
  ...SECTIONS,
  orchestrator: {
    ...SECTIONS.orchestrator,
    channels: {
      ...SECTIONS.orchestrator.channels,
      theirs: { organizations: ["MyOrg3MSP"] },
    },
  },
  organizations: {
    ...SECTIONS.organizations,
    MyOrg2MSP: {
      hostname: "substra.org-2.example",
      chart: { path: "charts/substra-backend" },
      signedBy: { stack: CONSORTIUM, trust: ["first-use"] },
      certificate: { keys: ["k1", "k2"] },
    },
  },
  enrollments: {
    MyOrg3MSP: { request: { stack: MEMBER } },
  },
  spinnaker: {
    target: { operator: {} },
    phase: "want",
    services: {
      dinghy: {},
      gate: { trust: { publicCas: ["DigiCert Global Root G2"] }, storePassword: STORE_PASSWORD },
      orca: {},
    },
    trustStorePassword: STORE_PASSWORD,
  },
  choreoConnect: {
    target: { kubernetes: { chart: { path: "charts/choreo-connect" } } },
    upstreamTls: {},
    backends: {
      payments: {
        endpoints: ["https://payments.shop:8443"],
        namespace: "shop",
        restarts: ["payments"],
        certificate: { form: "pkcs12" },
        routerTrust: { forms: ["pem", "pkcs12"] },
        storePassword: STORE_PASSWORD,
      },
      ratings: { endpoints: ["https://ratings.example.com"], trust: "global" },
    },
    apis: { "Shop-1.0.0": ["payments"] },
  },
  choreo: {
    project: "greeter",
    target: { console: {} },
    components: {
      server: { server: { projectUrl: "http://server-1:8443" } },
      client: { client: { identity: "client", calls: { server: "SERVER_URL" } } },
    },
  },
};

function withoutExported(outputs: unknown): object {
  const entries = Object.entries(outputs as Readonly<Record<string, unknown>>);
  return Object.fromEntries(entries.filter(([name]) => !EXPORTED.includes(name)));
}

/** Rules for every resource of every component, whoever adds one. */
describe("every resource", () => {
  let run: Run<unknown>;
  let byUrn: Map<string, Registered>;
  let stacks: Record<string, unknown>;
  before(async () => {
    const { signed, deployed } = await enrol();
    stacks = { ...stacksOf({ [CONSORTIUM]: signed }), [MEMBER]: { requests: REQUESTS } };
    run = await runStack(EVERYTHING, { state: deployed.state, stacks });
    assert.deepEqual(run.errors, []);
    byUrn = new Map(run.resources.map((resource) => [resource.urn, resource]));
  });

  /** The component that is the parent of a resource; undefined for resources that index.ts creates. */
  const parentOf = ({ parent }: Registered) => {
    const found = byUrn.get(parent);
    return found?.type === "pulumi:pulumi:Stack" ? undefined : found;
  };

  it("has a name that begins with its parent's, or with that of its organization", () => {
    for (const resource of run.resources) {
      const parent = parentOf(resource);
      if (parent === undefined) continue;
      const begin = NAMED_BY_ORGANIZATION.includes(parent.type) ? "my-org3-msp-" : parent.name;
      assert.ok(resource.name.startsWith(begin), resource.urn);
    }
  });

  it("has a unique URN", () => {
    assert.equal(byUrn.size, run.resources.length);
  });

  it("has no URN in older states that another resource has, or had", () => {
    const former = run.resources.flatMap(({ aliases }) => aliases);
    assert.ok(former.length > 0);
    assert.equal(new Set(former).size, former.length);
    assert.deepEqual(
      former.filter((urn) => byUrn.has(urn)),
      [],
    );
  });

  it("is a child of a component, except namespaces and the components of index.ts", () => {
    const tops = run.resources
      .filter((resource) => resource.parent !== "" && parentOf(resource) === undefined)
      .filter(({ component, type }) => !component && type !== "kubernetes:core/v1:Namespace");
    assert.deepEqual(tops, []);
  });

  it("has a type token countersign:module:Type if it is one of our components", () => {
    const components = run.resources.filter(({ component, parent }) => component && parent !== "");
    const types = [...new Set(components.map(({ type }) => type))].sort();
    assert.deepEqual(types, [
      "countersign:choreo-connect:ChoreoConnect",
      "countersign:choreo-connect:Pair",
      "countersign:choreo-connect:TokenSigner",
      "countersign:choreo:Choreo",
      "countersign:choreo:Component",
      "countersign:enrollment:Enrollment",
      "countersign:enrollment:RegistrationAuthority",
      "countersign:kubernetes:Ownership",
      "countersign:pki:CertificateAuthority",
      "countersign:spinnaker:ServiceCredentials",
      "countersign:spinnaker:Spinnaker",
      "countersign:substra:Backend",
      "countersign:substra:DatabasePasswords",
      "countersign:substra:Orchestrator",
    ]);
  });

  it("has registered its outputs if it is a component that has some, since even none are a write", () => {
    for (const { urn, type, component } of run.resources) {
      if (!component) continue;
      assert.equal(run.outputs.has(urn), !STORED_ELSEWHERE.includes(type), urn);
      assert.notDeepEqual(run.outputs.get(urn), {}, urn);
    }
  });

  it("registers no secrets as a component's output", () => {
    for (const [urn, all] of run.outputs) {
      const outputs = urn.includes("pulumi:pulumi:Stack::") ? withoutExported(all) : all;
      assert.doesNotMatch(JSON.stringify(reveal(outputs)), KEY_MATERIAL, urn);
      assert.deepEqual(visible(outputs), reveal(outputs), urn);
    }
  });

  it("has keys and passwords for exports in outputs of the stack that are secret as a whole", () => {
    const [, outputs] =
      [...run.outputs].find(([urn]) => urn.includes("pulumi:pulumi:Stack::")) ?? [];
    const shown = visible(outputs) as Readonly<Record<string, unknown>>;
    const clear = reveal(outputs) as Readonly<Record<string, unknown>>;
    for (const name of EXPORTED) {
      assert.equal(shown[name], "[secret]");
      assert.match(JSON.stringify(clear[name]), KEY_MATERIAL);
    }
  });

  it("accepts key material only if it is marked as secret", () => {
    for (const { urn, inputs } of run.resources)
      assert.doesNotMatch(JSON.stringify(visible(inputs)), KEY_MATERIAL, urn);
  });

  it("keeps its URN when an organization, a channel, a key, a CA generation, an enrollment, a service, a backend and a component are added", async () => {
    const { authority, orchestrator, organizations, enrollments, spinnaker } = EVERYTHING;
    const { choreoConnect, choreo } = EVERYTHING;
    const more = await runStack(
      {
        authority: {
          ...authority,
          generations: { a0: { state: "trusted" }, ...authority.generations },
        },
        orchestrator: {
          ...orchestrator,
          channels: {
            another: { organizations: ["AnOrg", "AnotherOrg"] },
            ...orchestrator.channels,
          },
        },
        organizations: {
          AnOrg: { ...organizations.MyOrg1MSP, hostname: "substra.an-org.example" },
          ...organizations,
          MyOrg2MSP: { ...organizations.MyOrg2MSP, certificate: { keys: ["k1", "k2", "k3"] } },
        },
        enrollments: {
          AnotherOrg: { request: { file: "does/not/exist.pem" } },
          ...enrollments,
        },
        spinnaker: {
          ...spinnaker,
          services: { clouddriver: {}, ...spinnaker.services, igor: { trust: {} } },
        },
        choreoConnect: {
          ...choreoConnect,
          backends: {
            another: { endpoints: ["https://another.example.com"], trust: "global" },
            ...choreoConnect.backends,
          },
        },
        choreo: {
          ...choreo,
          components: { another: { server: {} }, ...choreo.components },
        },
      },
      { preview: true, state: run.state, stacks },
    );
    assert.deepEqual(more.errors, []);
    const urns = new Set(more.resources.map(({ urn }) => urn));
    assert.deepEqual(
      run.resources.map(({ urn }) => urn).filter((urn) => !urns.has(urn)),
      [],
    );
  });

  it("exists at preview as at up", async () => {
    const urnsOf = ({ resources }: Run<unknown>) => resources.map(({ urn }) => urn).sort();
    const preview = await runStack(EVERYTHING, { preview: true, state: run.state, stacks });
    assert.deepEqual(preview.errors, []);
    assert.deepEqual(urnsOf(preview), urnsOf(run));
  });
});
