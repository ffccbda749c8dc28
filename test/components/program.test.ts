import assert from "node:assert/strict";
import type { Run } from "./mock-engine";
import { signedRequest } from "./pki/signed-request";
import { AUTHORITY, SECTIONS, runStack } from "./run-stack";
import { find, treeOf } from "./tree";
import { reveal } from "./wire";

interface Values {
  readonly orchestrator: { readonly host: string };
}

describe("the program", () => {
  let up: Run<unknown>;
  before(async () => {
    up = await runStack(SECTIONS);
  });

  for (const preview of [true, false])
    it(`builds what the stack owns, ${preview ? "at preview" : "at up"}`, async () => {
      const { resources, errors } = preview ? await runStack(SECTIONS, { preview }) : up;
      assert.deepEqual(errors, []);
      const tops = treeOf(resources).filter((line) => /^ {0,2}\S/.test(line));
      assert.deepEqual(tops, [
        "pulumi:pulumi:Stack countersign-test",
        "  countersign:kubernetes:Ownership ownership",
        "  countersign:pki:CertificateAuthority ca",
        "  countersign:substra:Backend my-org1-msp",
        "  countersign:substra:Backend org-2go",
        "  countersign:substra:DatabasePasswords database-passwords",
        "  countersign:substra:Orchestrator orchestrator",
        "  kubernetes:core/v1:Namespace namespace-my-org1-msp",
        "  kubernetes:core/v1:Namespace namespace-orchestrator",
      ]);
    });

  it("gives each backend the address that it dials", () => {
    const { resources } = up;
    const dialled = (name: string) => {
      const { namespace, values } = reveal(find(resources, name, "Release").inputs) as {
        namespace: string;
        values: { orchestrator: Record<string, unknown> };
      };
      const { host, port, sameCluster } = values.orchestrator;
      return { namespace, host, port, sameCluster };
    };
    assert.deepEqual(dialled("my-org1-msp"), {
      namespace: "my-org1-msp",
      host: "orchestrator-server.orchestrator.svc.cluster.local",
      port: 9000,
      sameCluster: true,
    });
    assert.deepEqual(dialled("org-2go"), {
      namespace: "elsewhere",
      host: "orchestrator.example",
      port: 443,
      sameCluster: false,
    });
  });

  it("deploys a backend only after the orchestrator's release", () => {
    const { resources } = up;
    const { urn } = find(resources, "orchestrator", "Release");
    const release = find(resources, "my-org1-msp", "Release");
    assert.ok(release.dependencies.includes(urn));
    const order = resources.map((each) => each.urn);
    assert.ok(order.indexOf(urn) < order.indexOf(release.urn));
  });

  it("lets a backend's release depend on nothing else of the orchestrator", () => {
    const others = up.resources.filter(
      ({ type, name }) => name.startsWith("orchestrator") && !type.endsWith(":Release"),
    );
    assert.ok(others.length > 0);
    const { dependencies } = find(up.resources, "my-org1-msp", "Release");
    assert.deepEqual(
      others.filter(({ urn }) => dependencies.includes(urn)),
      [],
    );
  });

  it("registers outputs of a backend only if a later update needs them", () => {
    assert.ok(!up.outputs.has(find(up.resources, "my-org1-msp", "Backend").urn));
  });

  it("issues a backend's certificate without waiting for that", () => {
    const { urn } = find(up.resources, "orchestrator", "Release");
    const certificate = find(up.resources, "my-org1-msp-certificate", "LocallySignedCert");
    assert.ok(!certificate.dependencies.includes(urn));
  });

  it("has these outputs, all of them public", () => {
    const { outputs, resources } = up;
    const registered = outputs.get(find(resources, "countersign-test").urn);
    assert.doesNotMatch(JSON.stringify(registered), /PRIVATE KEY|generated-password/);
    const shown = summarize(registered);
    assert.deepEqual(shown, {
      caBundle: "2 CERTIFICATE",
      endpoint: {
        internal: { host: "orchestrator-server.orchestrator.svc.cluster.local", port: 9000 },
        external: { host: "orchestrator.example", port: 443 },
      },
      certificates: {
        authority: {
          g1: { state: "signing", certificate: "1 CERTIFICATE" },
          g2: { state: "trusted", certificate: "1 CERTIFICATE" },
        },
        orchestrator: { certificate: "1 CERTIFICATE" },
        organizations: {
          MyOrg1MSP: { certificate: "1 CERTIFICATE" },
          Org2go: { certificate: "1 CERTIFICATE" },
        },
      },
      releases: {
        orchestrator: { name: "orchestrator", namespace: "orchestrator", revision: 1 },
        organizations: {
          MyOrg1MSP: { name: "backend", namespace: "my-org1-msp", revision: 1 },
          Org2go: { name: "backend", namespace: "elsewhere", revision: 1 },
        },
      },
    });
  });

  it("uses the domain of the cluster in certificates and addresses", async () => {
    const run = await runStack({ ...SECTIONS, clusterDomain: "k8s.example" });
    const { resources, outputs } = run;
    const host = "orchestrator-server.orchestrator.svc.k8s.example";
    const { dnsNames } = signedRequest(run, "orchestrator-certificate");
    assert.ok(dnsNames.includes(host), dnsNames.join());
    const release = reveal(find(resources, "my-org1-msp", "Release").inputs);
    assert.equal((release as { values: Values }).values.orchestrator.host, host);
    const { endpoint } = outputs.get(find(resources, "countersign-test").urn) as {
      endpoint: object;
    };
    assert.deepEqual(endpoint, {
      internal: { host, port: 9000 },
      external: { host: "orchestrator.example", port: 443 },
    });
  });

  it("builds only a CA for a stack that owns nothing else", async () => {
    const { resources, errors } = await runStack({ authority: AUTHORITY });
    assert.deepEqual(errors, []);
    assert.deepEqual(
      treeOf(resources)
        .slice(1, 3)
        .map((line) => line.trim()),
      ["countersign:pki:CertificateAuthority ca", "random:index/randomId:RandomId ca-g1-first"],
    );
  });

  it("builds Spinnaker with only a CA, in a namespace that it may share with others", async () => {
    const spinnaker = {
      target: { operator: {} },
      namespace: "orchestrator",
      createNamespace: true,
      phase: "prepare",
      services: { gate: { trust: {} } },
    };
    const topsOf = async (sections: object) => {
      const { resources, errors } = await runStack(sections, { preview: true });
      assert.deepEqual(errors, []);
      return treeOf(resources)
        .filter((line) => /^ {2}\S/.test(line))
        .map((line) => line.trim());
    };
    assert.deepEqual(await topsOf({ authority: AUTHORITY, spinnaker }), [
      "countersign:kubernetes:Ownership ownership",
      "countersign:pki:CertificateAuthority ca",
      "countersign:spinnaker:Spinnaker spinnaker",
      "kubernetes:core/v1:Namespace namespace-orchestrator",
    ]);
    const both = await topsOf({ ...SECTIONS, spinnaker });
    assert.deepEqual(
      both.filter((line) => line.includes("Namespace")),
      [
        "kubernetes:core/v1:Namespace namespace-my-org1-msp",
        "kubernetes:core/v1:Namespace namespace-orchestrator",
      ],
    );
  });

  it("registers nothing if the configuration has a problem", async () => {
    const { resources, errors } = await runStack({ ...SECTIONS, authority: {} });
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["pulumi:pulumi:Stack"],
    );
    assert.deepEqual(errors, [
      "The configuration has 2 problems; nothing was changed:\n" +
        "  countersign:authority.subject: is missing; it must be a map\n" +
        "  countersign:authority.generations: is missing; it must be a map",
    ]);
  });
});

/** The same value with PEM blocks counted, and without dates and fingerprints, which differ from run to run. */
function summarize(value: unknown): unknown {
  if (typeof value === "string") {
    const blocks = value.match(/BEGIN CERTIFICATE/g);
    return blocks ? `${blocks.length} CERTIFICATE` : value;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "notAfter" && key !== "fingerprint")
      .map(([key, entry]) => [key, summarize(entry)]),
  );
}
