import assert from "node:assert/strict";
import { keyMatchesCertificate, readCertificate, readCertificateRequest } from "../../../../x509";
import type { Run } from "../mock-engine";
import { find, treeOf } from "../tree";
import { reveal } from "../wire";
import {
  CONSORTIUM,
  enrol,
  outputsOf,
  registered,
  runConsortium,
  runMember,
  said,
  secretOf,
  stacksOf,
  topsOf,
} from "./parties";

const STACK = `stack ${CONSORTIUM}`;
const UNREADABLE = `${STACK} cannot be read (unknown stack "${CONSORTIUM}")`;

/** What stands in the stack from the first update to the last. */
const ENROLLMENT = [
  "countersign:enrollment:Enrollment my-org2-msp",
  "  countersign:pki:Identity my-org2-msp-k1",
  "    tls:index/certRequest:CertRequest my-org2-msp-k1-request",
  "    tls:index/privateKey:PrivateKey my-org2-msp-k1-key",
];
const BACKEND = [
  "countersign:substra:Backend my-org2-msp",
  "  kubernetes:core/v1:Secret my-org2-msp-ca-bundle",
  "  kubernetes:core/v1:Secret my-org2-msp-client-pair",
  "  kubernetes:core/v1:Secret my-org2-msp-database",
  "  kubernetes:helm.sh/v3:Release my-org2-msp",
  "  random:index/randomPassword:RandomPassword my-org2-msp-database-password",
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

  const requestOf = (run: Run<unknown>) => {
    const { requests } = outputsOf(run) as {
      requests: { organizations: { MyOrg2MSP: { request: string } } };
    };
    return requests.organizations.MyOrg2MSP.request;
  };
  const certificateOf = (run: Run<unknown>) => {
    const { admissions } = outputsOf(run) as {
      admissions: { organizations: { MyOrg2MSP: { certificate: string } } };
    };
    return admissions.organizations.MyOrg2MSP.certificate;
  };

  describe("before anybody has signed", () => {
    for (const preview of [true, false])
      it(`makes a key and a request and asks for no cluster, at ${preview ? "preview" : "up"}`, async () => {
        const run = await runMember({}, { cluster: false, preview });
        assert.deepEqual(run.errors, []);
        assert.deepEqual(treeOf(run.resources), below(ENROLLMENT));
        assert.deepEqual(said(run), [`info: MyOrg2MSP waits: ${UNREADABLE}`]);
      });

    it("publishes the request and what it waits for, and no more", () => {
      const request = requestOf(asked);
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

    it("remembers the request, and nothing else, of itself", () => {
      assert.deepEqual(registered(asked, "my-org2-msp", "Enrollment"), {
        requests: { k1: requestOf(asked) },
      });
    });
  });

  describe("once the consortium has signed", () => {
    it("deploys its backend with what came", () => {
      assert.deepEqual(deployed.errors, []);
      assert.deepEqual(treeOf(deployed.resources), below([...ENROLLMENT, ...BACKEND]));
      assert.deepEqual(said(deployed), []);
      const certificate = certificateOf(signed);
      const pair = secretOf(deployed, "my-org2-msp-client-pair");
      assert.equal(pair["tls.crt"], certificate);
      assert.equal(keyMatchesCertificate(pair["tls.key"] ?? "", certificate), true);
      assert.deepEqual(secretOf(deployed, "my-org2-msp-ca-bundle"), {
        "ca.crt": outputsOf(signed).caBundle,
      });
    });

    it("dials where the consortium says, in the channels that it says", async () => {
      const wiring = (run: Run<unknown>) => {
        const { values } = reveal(find(run.resources, "my-org2-msp", "Release").inputs) as {
          values: { orchestrator: Record<string, unknown> };
        };
        return values.orchestrator;
      };
      const tls = {
        enabled: true,
        cacert: "my-org2-msp-ca-bundle-0a1b2c3d",
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
      const certificate = certificateOf(signed);
      const { notAfter, fingerprint } = readCertificate(certificate);
      const issued = { certificate, notAfter: notAfter.toISOString(), fingerprint };
      assert.deepEqual(outputsOf(deployed), {
        certificates: { organizations: { MyOrg2MSP: issued } },
        releases: {
          organizations: { MyOrg2MSP: { name: "backend", namespace: "my-org2-msp", revision: 1 } },
        },
        requests: {
          format: 1,
          organizations: { MyOrg2MSP: { request: requestOf(asked), key: "k1" } },
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

  describe("where nothing usable comes from the consortium", () => {
    /** What the consortium's stack has among its outputs, undefined if it cannot be read, and what is said of it. */
    const cases: [string, () => unknown, string][] = [
      ["an unknown stack", () => undefined, UNREADABLE],
      ["a stack without outputs", () => ({}), `${STACK} publishes no admissions yet`],
      [
        "another version of Countersign",
        () => ({ admissions: { ...published(), format: 2 } }),
        `${STACK} publishes format 2, and this program reads 1: use one version of Countersign on both sides`,
      ],
      [
        "nothing for this organization",
        () => ({ admissions: { ...published(), organizations: {} } }),
        `${STACK} publishes no certificate for MyOrg2MSP`,
      ],
      [
        "a certificate for somebody else's key",
        () => {
          const certificate = (outputsOf(signed).certificates as { orchestrator: object })
            .orchestrator;
          const organizations = { MyOrg2MSP: { ...certificate, channels: [] } };
          return { admissions: { ...published(), organizations } };
        },
        `the certificate of MyOrg2MSP from ${STACK} is for none of its keys (k1)`,
      ],
    ];
    const published = () => outputsOf(signed).admissions as object;
    const from = (outputs: unknown) => (outputs === undefined ? {} : { [CONSORTIUM]: outputs });

    for (const [title, outputs, reason] of cases) {
      it(`waits with ${title}`, async () => {
        const stacks = from(outputs());
        const run = await runMember({}, { state: asked.state, stacks, cluster: false });
        assert.deepEqual(run.errors, []);
        assert.deepEqual(treeOf(run.resources), below(ENROLLMENT));
        assert.deepEqual(said(run), [`info: MyOrg2MSP waits: ${reason}`]);
        assert.deepEqual(outputsOf(run).waiting, { MyOrg2MSP: reason });
        assert.equal(requestOf(run), requestOf(asked));
      });

      it(`goes on with what it has deployed, with ${title}`, async () => {
        const run = await runMember({}, { state: deployed.state, stacks: from(outputs()) });
        assert.deepEqual(run.errors, []);
        assert.deepEqual(run.state, new Map([...deployed.state, stackIn(run)]));
        assert.deepEqual(said(run), [
          `warn: ${reason}: MyOrg2MSP goes on with the certificate that it took before`,
        ]);
        assert.deepEqual(outputsOf(run), {
          ...outputsOf(deployed),
          waiting: { MyOrg2MSP: reason },
        });
      });
    }

    /** The entry of the stack itself, whose outputs say what is waited for. */
    const stackIn = ({ state, resources }: Run<unknown>) => {
      const { urn } = find(resources, "countersign-test");
      const stored = state.get(urn);
      assert.ok(stored);
      return [urn, stored] as const;
    };

    it("never deletes what runs, even if it does not remember why it does", async () => {
      const state = new Map(
        [...deployed.state].filter(([, { type }]) => !type.startsWith("countersign:enrollment")),
      );
      const run = await runMember({}, { state });
      assert.deepEqual(topsOf(run), []);
      assert.deepEqual(run.errors, [
        `${UNREADABLE}, and without a certificate the running deployment of MyOrg2MSP would be deleted: nothing was changed`,
      ]);
    });

    it("refuses to guess what another version of Countersign remembered", async () => {
      const state = new Map(
        [...deployed.state].map(([urn, stored]) => {
          const isMemory = stored.type.startsWith("countersign:enrollment");
          return [urn, isMemory ? { ...stored, outputs: { requests: [] } } : stored];
        }),
      );
      const run = await runMember({}, { state });
      assert.deepEqual(topsOf(run), []);
      assert.deepEqual(run.errors, [
        "the state holds enrollments in a form that this version of Countersign does not know: use the version that wrote it, or a later one",
      ]);
    });
  });

  it("is left alone by a consortium that signs again without need", async () => {
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
