import assert from "node:assert/strict";
import { keyMatchesCertificate, readCertificate, readCertificateRequest } from "../../../x509";
import type { Run } from "../mock-engine";
import { find, treeOf } from "../tree";
import { reveal } from "../wire";
import {
  CONSORTIUM,
  admittedOf,
  authorityOf,
  enrol,
  outputsOf,
  registered,
  requestedOf,
  runConsortium,
  runMember,
  said,
  secretOf,
  stacksOf,
  topsOf,
} from "./parties";

const STACK = `stack ${CONSORTIUM}`;
const UNREADABLE = `${STACK} cannot be read (unknown stack "${CONSORTIUM}")`;

/** Resources of the stack from the first update to the last. */
const ENROLLMENT = [
  "countersign:enrollment:Enrollment my-org2-msp",
  "  tls:index/privateKey:PrivateKey my-org2-msp-k1-key",
];
const BACKEND = [
  "countersign:kubernetes:Ownership ownership",
  "  random:index/randomId:RandomId ownership-id",
  "countersign:substra:Backend my-org2-msp",
  "  kubernetes:core/v1:Secret my-org2-msp-client-pair",
  "  kubernetes:core/v1:Secret my-org2-msp-database",
  "  kubernetes:helm.sh/v3:Release my-org2-msp",
  "countersign:substra:DatabasePasswords database-passwords",
  "  random:index/randomPassword:RandomPassword database-passwords-seed",
  "kubernetes:core/v1:Namespace namespace-my-org2-msp",
];

function below(lines: readonly string[]): string[] {
  return ["pulumi:pulumi:Stack countersign-test", ...lines.map((line) => `  ${line}`)];
}

describe("an organization's own stack", () => {
  let asked: Run<unknown>;
  let signed: Run<unknown>;
  let deployed: Run<unknown>;
  before(async () => ({ asked, signed, deployed } = await enrol()));

  describe("before anybody has signed", () => {
    for (const preview of [true, false])
      it(`creates a key and a request and needs no cluster, at ${preview ? "preview" : "up"}`, async () => {
        const run = await runMember({}, { cluster: false, preview });
        assert.deepEqual(run.errors, []);
        assert.deepEqual(treeOf(run.resources), below(ENROLLMENT));
        assert.deepEqual(said(run), [`info: MyOrg2MSP waits: ${UNREADABLE}`]);
      });

    it("publishes only the request and what it waits for", () => {
      const request = requestedOf(asked).request;
      assert.deepEqual(outputsOf(asked), {
        certificates: { organizations: {} },
        releases: { organizations: {} },
        requests: { format: 1, organizations: { MyOrg2MSP: { request, key: "k1" } } },
        waiting: { MyOrg2MSP: UNREADABLE },
      });
      const { subject, dnsNames, keyAlgorithm, provesPossession } = readCertificateRequest(request);
      assert.equal(subject.text, "O=MyOrg2MSP, CN=substra.org-2.example");
      assert.deepEqual(dnsNames, []);
      assert.equal(keyAlgorithm, "ECDSA-P256");
      assert.equal(provesPossession, true);
    });

    it("remembers only its request", () => {
      assert.deepEqual(registered(asked, "my-org2-msp", "Enrollment"), {
        requests: { k1: requestedOf(asked).request },
      });
    });
  });

  describe("once the consortium has signed", () => {
    it("deploys its backend with the admission", () => {
      assert.deepEqual(deployed.errors, []);
      assert.deepEqual(treeOf(deployed.resources), below([...ENROLLMENT, ...BACKEND]));
      assert.deepEqual(said(deployed), []);
      const certificate = admittedOf(signed);
      const pair = secretOf(deployed, "my-org2-msp-client-pair");
      assert.equal(pair["tls.crt"], certificate);
      assert.equal(keyMatchesCertificate(pair["tls.key"] ?? "", certificate), true);
      assert.equal(pair["ca.crt"], outputsOf(signed).caBundle);
    });

    it("dials the consortium's address, in the channels of the consortium", async () => {
      const wiring = (run: Run<unknown>) => {
        const { values } = reveal(find(run.resources, "my-org2-msp", "Release").inputs) as {
          values: { orchestrator: Record<string, unknown> };
        };
        return values.orchestrator;
      };
      const tls = {
        enabled: true,
        cacert: "my-org2-msp-client-pair-0a1b2c3d",
        mtls: { enabled: true, clientCertificate: "my-org2-msp-client-pair-0a1b2c3d" },
      };
      assert.deepEqual(wiring(deployed), {
        host: "orchestrator.example",
        port: 443,
        sameCluster: false,
        mspID: "MyOrg2MSP",
        channels: [
          { mychannel: { restricted: false, model_export_enabled: false } },
          { second: { restricted: false, model_export_enabled: false } },
        ],
        tls,
      });
      const inside = await runMember(
        { orchestrator: { sameCluster: true }, channels: { second: { restricted: true } } },
        { state: asked.state, stacks: stacksOf({ [CONSORTIUM]: signed }) },
      );
      assert.deepEqual(wiring(inside), {
        host: "orchestrator-server.orchestrator.svc.cluster.local",
        port: 9000,
        sameCluster: true,
        mspID: "MyOrg2MSP",
        channels: [
          { mychannel: { restricted: false, model_export_enabled: false } },
          { second: { restricted: true, model_export_enabled: false } },
        ],
        tls,
      });
    });

    it("publishes the same request, its certificate and its release", () => {
      const certificate = admittedOf(signed);
      const { notAfter, fingerprint } = readCertificate(certificate);
      const issued = { certificate, notAfter: notAfter.toISOString(), fingerprint };
      const trusted = [readCertificate(authorityOf(signed, "g1")).fingerprint];
      assert.deepEqual(outputsOf(deployed), {
        certificates: { organizations: { MyOrg2MSP: issued } },
        releases: {
          organizations: { MyOrg2MSP: { name: "backend", namespace: "my-org2-msp", revision: 1 } },
        },
        requests: {
          format: 1,
          organizations: {
            MyOrg2MSP: { request: requestedOf(asked).request, key: "k1", trusted },
          },
        },
      });
    });

    it("needs a cluster now, and registers nothing without one", async () => {
      const stacks = stacksOf({ [CONSORTIUM]: signed });
      const run = await runMember({}, { state: asked.state, stacks, cluster: false });
      assert.deepEqual(topsOf(run), []);
      assert.deepEqual(run.errors, [
        "there is no kubeconfig: set KUBECONFIG to your cluster's, or run `make up` for a local control plane",
      ]);
    });

    it("refuses a connection that the consortium's offer does not allow, and registers nothing", async () => {
      const stacks = stacksOf({ [CONSORTIUM]: signed });
      const changes = { orchestrator: { host: "elsewhere.example" } };
      const run = await runMember(changes, { state: asked.state, stacks });
      assert.deepEqual(topsOf(run), []);
      assert.deepEqual(run.errors, [
        `countersign:organizations.MyOrg2MSP.orchestrator.host: "elsewhere.example" is not in the orchestrator's certificate (orchestrator.example, orchestrator-server, orchestrator-server.orchestrator, orchestrator-server.orchestrator.svc, orchestrator-server.orchestrator.svc.cluster.local); change it, or ask the consortium to add it to orchestrator.dnsNames`,
      ]);
    });
  });

  it("ignores a consortium that signs again without need", async () => {
    const again = await runConsortium(
      {},
      { state: signed.state, stacks: stacksOf({ "organization/countersign/org-2": deployed }) },
    );
    const run = await runMember(
      {},
      { state: deployed.state, stacks: stacksOf({ [CONSORTIUM]: again }) },
    );
    assert.deepEqual(run.state, deployed.state);
  });
});
