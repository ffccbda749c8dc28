import assert from "node:assert/strict";
import { readCertificate, readCertificateRequest } from "../../../x509";
import type { Run } from "../mock-engine";
import { find, treeOf } from "../tree";
import { reveal } from "../wire";
import {
  CONSORTIUM_SECTIONS,
  MEMBER,
  enrol,
  outputsOf,
  registered,
  requestedOf,
  runConsortium,
  said,
  stacksOf,
  topsOf,
} from "./parties";

const STACK = `stack ${MEMBER}`;
const UNREADABLE = `${STACK} cannot be read (unknown stack "${MEMBER}")`;

/** Resources of the stack, whether anybody is enrolled yet or not. */
const BASE = [
  "countersign:kubernetes:Ownership ownership",
  "countersign:pki:CertificateAuthority ca",
  "countersign:substra:Orchestrator orchestrator",
  "kubernetes:core/v1:Namespace namespace-orchestrator",
];
const REGISTRATION = [
  "countersign:enrollment:RegistrationAuthority registration",
  "  tls:index/locallySignedCert:LocallySignedCert my-org2-msp-certificate",
];

function registrationIn({ resources }: Run<unknown>): string[] {
  const { urn } = find(resources, "registration");
  const below = treeOf(
    resources.map((each) => (each.urn === urn ? { ...each, parent: "" } : each)),
  );
  return below.slice(
    0,
    below.findIndex((line) => line.startsWith("pulumi:pulumi:Stack")),
  );
}

describe("the consortium's stack", () => {
  let asked: Run<unknown>;
  let signed: Run<unknown>;
  let deployed: Run<unknown>;
  before(async () => ({ asked, signed, deployed } = await enrol()));

  const issuedIn = ({ resources, state }: Run<unknown>) => {
    const { urn } = find(resources, "my-org2-msp-certificate", "LocallySignedCert");
    return (state.get(urn)?.outputs as { certPem: string }).certPem;
  };

  describe("with a request", () => {
    it("signs it, and does so at preview as far as possible", async () => {
      const stacks = stacksOf({ [MEMBER]: asked });
      for (const run of [signed, await runConsortium({}, { stacks, preview: true })]) {
        assert.deepEqual(run.errors, []);
        assert.deepEqual(said(run), []);
        assert.deepEqual(topsOf(run), [REGISTRATION[0], ...BASE]);
        assert.deepEqual(registrationIn(run), REGISTRATION);
      }
    });

    it("issues a client certificate for the organization's key and name, with the usual validity", () => {
      const leaf = readCertificate(issuedIn(signed));
      assert.equal(leaf.subject.text, "O=MyOrg2MSP, CN=substra.org-2.example");
      assert.deepEqual(leaf.dnsNames, []);
      assert.deepEqual(leaf.extendedKeyUsages, ["clientAuth"]);
      assert.equal(leaf.notAfter.getTime() - leaf.notBefore.getTime(), 90 * 24 * 3_600_000);
      const { publicKeyFingerprint } = readCertificateRequest(requestedOf(asked).request);
      assert.equal(leaf.publicKeyFingerprint, publicKeyFingerprint);
    });

    it("publishes what the organization needs, and only public values", () => {
      const { admissions, caBundle, waiting } = outputsOf(signed);
      assert.deepEqual(admissions, {
        format: 1,
        authorities: { g1: { state: "signing", certificate: caBundle } },
        orchestrator: {
          internal: { host: "orchestrator-server.orchestrator.svc.cluster.local", port: 9000 },
          external: { host: "orchestrator.example", port: 443 },
          dnsNames: [
            "orchestrator.example",
            "orchestrator-server",
            "orchestrator-server.orchestrator",
            "orchestrator-server.orchestrator.svc",
            "orchestrator-server.orchestrator.svc.cluster.local",
          ],
          chart: { name: "orchestrator", version: "8.8.0" },
        },
        organizations: {
          MyOrg2MSP: { certificate: issuedIn(signed), channels: ["mychannel", "second"] },
        },
      });
      assert.equal(waiting, undefined);
    });

    it("remembers the request and the holder of the key", () => {
      const { publicKeyFingerprint } = readCertificateRequest(requestedOf(asked).request);
      assert.deepEqual(registered(signed, "registration", "RegistrationAuthority"), {
        requests: { MyOrg2MSP: requestedOf(asked).request },
        keys: { [publicKeyFingerprint]: { holder: "MyOrg2MSP", withdrawn: false } },
      });
    });

    it("publishes no address for other clusters if there is none", async () => {
      const { hostname, ...orchestrator } = CONSORTIUM_SECTIONS.orchestrator;
      assert.equal(hostname, "orchestrator.example");
      const run = await runConsortium(
        { orchestrator },
        { state: signed.state, stacks: stacksOf({ [MEMBER]: deployed }) },
      );
      const { admissions } = outputsOf(run) as { admissions: { orchestrator: object } };
      assert.deepEqual(Object.keys(admissions.orchestrator).sort(), [
        "chart",
        "dnsNames",
        "internal",
      ]);
    });
  });

  describe("without a request", () => {
    const cases: [string, unknown, string][] = [
      ["an unknown stack", undefined, UNREADABLE],
      ["a stack without outputs", {}, `${STACK} publishes no requests yet`],
      [
        "requests of others",
        { requests: { format: 1, organizations: {} } },
        `${STACK} publishes no request of MyOrg2MSP`,
      ],
      [
        "another version of Countersign",
        { requests: { format: 2 } },
        `${STACK} publishes format 2, and this program reads 1: use one version of Countersign on both sides`,
      ],
    ];
    for (const [title, outputs, reason] of cases) {
      const stacks = outputs === undefined ? {} : { [MEMBER]: outputs };

      it(`deploys the orchestrator and waits, with ${title}`, async () => {
        const run = await runConsortium({}, { stacks });
        assert.deepEqual(run.errors, []);
        assert.deepEqual(said(run), [`info: MyOrg2MSP waits: ${reason}`]);
        assert.deepEqual(topsOf(run), [REGISTRATION[0], ...BASE]);
        assert.deepEqual(registrationIn(run), [REGISTRATION[0]]);
        const { admissions, waiting } = outputsOf(run);
        assert.deepEqual((admissions as { organizations: object }).organizations, {});
        assert.deepEqual(waiting, { MyOrg2MSP: reason });
      });

      it(`keeps the request that it signed, with ${title}`, async () => {
        const run = await runConsortium({}, { stacks, state: signed.state });
        assert.deepEqual(run.errors, []);
        assert.deepEqual(said(run), [
          `warn: ${reason}: the request of MyOrg2MSP that was signed before stays in force`,
        ]);
        assert.deepEqual(run.state, signed.state);
      });
    }
  });

  it("reveals nothing of the keys that the engine returns", () => {
    for (const run of [asked, signed, deployed]) {
      assert.doesNotMatch(JSON.stringify(outputsOf(run)), /PRIVATE KEY/);
      for (const { type, outputs } of run.state.values())
        if (type.startsWith("countersign:"))
          assert.doesNotMatch(JSON.stringify(reveal(outputs)), /PRIVATE KEY/);
    }
  });
});
