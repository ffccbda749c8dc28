import assert from "node:assert/strict";
import { readCertificateRequest } from "../../../x509";
import type { Run } from "../mock-engine";
import { signedPem } from "../pki/signed-request";
import {
  CONSORTIUM_SECTIONS,
  MEMBER,
  enrol,
  outputsOf,
  registered,
  requestedOf,
  runConsortium,
  secretOf,
  stacksOf,
  topsOf,
} from "./parties";

describe("the consortium's decisions", () => {
  let asked: Run<unknown>;
  let signed: Run<unknown>;
  let deployed: Run<unknown>;
  before(async () => ({ asked, signed, deployed } = await enrol()));

  describe("with requests that ask for too much", () => {
    /** Enrolls another organization from a file of outputs, in addition to the enrolled one. */
    const enrolling = (enrollments: Record<string, object>) => ({
      orchestrator: {
        ...CONSORTIUM_SECTIONS.orchestrator,
        channels: { mychannel: { organizations: Object.keys(enrollments) } },
      },
      enrollments,
    });
    const from = (stack: string, more: object = {}) => ({ request: { stack }, ...more });
    const publishing = (requests: Record<string, string>) => ({
      requests: {
        format: 1,
        organizations: Object.fromEntries(
          Object.entries(requests).map(([mspId, request]) => [mspId, { request, key: "k1" }]),
        ),
      },
    });
    const short = (request: string) =>
      readCertificateRequest(request).publicKeyFingerprint.slice(0, 16);

    it("reports the problems of each of them, and registers nothing", async () => {
      const server = signedPem(signed, "orchestrator-certificate");
      const stacks = {
        [MEMBER]: publishing({
          MyOrg2MSP: requestedOf(asked).request,
          MyOrg3MSP: requestedOf(asked).request,
          MyOrg4MSP: server,
          MyOrg5MSP: secretOf(deployed, "my-org2-msp-client-pair")["tls.key"] ?? "",
        }),
      };
      const pin = "0123456789abcdef".repeat(4);
      const run = await runConsortium(
        enrolling({
          MyOrg2MSP: from(MEMBER, { publicKey: pin }),
          MyOrg3MSP: from(MEMBER, { commonName: "substra.org-2.example" }),
          MyOrg4MSP: from(MEMBER, { dnsNames: ["orchestrator.example"] }),
          MyOrg5MSP: from(MEMBER),
        }),
        { stacks, state: signed.state },
      );
      assert.deepEqual(topsOf(run), []);
      const { publicKeyFingerprint } = readCertificateRequest(requestedOf(asked).request);
      assert.deepEqual(run.errors.join().split("\n  - "), [
        "Requests for certificates are refused, and nothing was changed:",
        `the request of MyOrg2MSP asks for common name (CN) "substra.org-2.example"; enrollments.MyOrg2MSP grants no common name that is a host, except nothing. If it is the party's own host, grant it as commonName.`,
        `the request of MyOrg2MSP asks for the key ${publicKeyFingerprint}; enrollments.MyOrg2MSP grants only the key ${pin}.`,
        `the request of MyOrg3MSP asks for organization (O) "MyOrg2MSP"; enrollments.MyOrg3MSP grants exactly "MyOrg3MSP".`,
        `the request of MyOrg3MSP asks for the key ${short(requestedOf(asked).request)}…, which is held by "MyOrg2MSP"; enrollments.MyOrg3MSP grants a key of its own. Make a new key, and a new request from it.`,
        `the request of MyOrg4MSP asks for organization (O) "Substra orchestrator"; enrollments.MyOrg4MSP grants exactly "MyOrg4MSP".`,
        'the request of MyOrg4MSP asks for DNS name "orchestrator-server", "orchestrator-server.orchestrator", "orchestrator-server.orchestrator.svc" and 1 more; enrollments.MyOrg4MSP grants "orchestrator.example".',
        `the request of MyOrg4MSP asks for the key ${short(server)}…, which is held by "Substra orchestrator"; enrollments.MyOrg4MSP grants a key of its own. Make a new key, and a new request from it.`,
        "the certificate request of enrollments.MyOrg5MSP: a PRIVATE KEY block instead of a CERTIFICATE REQUEST. A private key stays with its owner: treat this one as exposed and make a new one.",
      ]);
    });

    it("refuses two that present the same key, if neither had it before", async () => {
      const stacks = {
        [MEMBER]: publishing({
          MyOrg2MSP: requestedOf(asked).request,
          MyOrg3MSP: requestedOf(asked).request,
        }),
      };
      const commonName = "substra.org-2.example";
      const run = await runConsortium(
        enrolling({
          MyOrg2MSP: from(MEMBER, { commonName }),
          MyOrg3MSP: from(MEMBER, { commonName }),
        }),
        { stacks },
      );
      const held = (mspId: string, holder: string) =>
        `\n  - the request of ${mspId} asks for the key ${short(requestedOf(asked).request)}…, which is held by "${holder}"; enrollments.${mspId} grants a key of its own. Make a new key, and a new request from it.`;
      assert.deepEqual(topsOf(run), []);
      assert.deepEqual(run.errors, [
        "Requests for certificates are refused, and nothing was changed:" +
          held("MyOrg2MSP", "MyOrg3MSP") +
          `\n  - the request of MyOrg3MSP asks for organization (O) "MyOrg2MSP"; enrollments.MyOrg3MSP grants exactly "MyOrg3MSP".` +
          held("MyOrg3MSP", "MyOrg2MSP"),
      ]);
    });
  });

  describe("after an organization was removed", () => {
    let removed: Run<unknown>;
    const own = {
      organizations: {
        MyOrg1MSP: {
          hostname: "substra.org-1.example",
          chart: { path: "charts/substra-backend" },
        },
      },
      orchestrator: {
        ...CONSORTIUM_SECTIONS.orchestrator,
        channels: { mychannel: { organizations: ["MyOrg1MSP"] } },
      },
    };
    before(async () => {
      removed = await runConsortium({ ...own, enrollments: {} }, { state: signed.state });
    });
    const fingerprint = () =>
      readCertificateRequest(requestedOf(asked).request).publicKeyFingerprint;

    it("withdraws its certificate and remembers its key", () => {
      assert.deepEqual(removed.errors, []);
      assert.ok(!removed.resources.some(({ name }) => name === "my-org2-msp-certificate"));
      assert.deepEqual(registered(removed, "registration", "RegistrationAuthority"), {
        requests: {},
        keys: { [fingerprint()]: { holder: "MyOrg2MSP", withdrawn: true } },
      });
      const { admissions } = outputsOf(removed) as { admissions: { organizations: object } };
      assert.deepEqual(admissions.organizations, {});
    });

    it("lets it return with that key only if the configuration says so", async () => {
      const stacks = stacksOf({ [MEMBER]: deployed });
      const back = (more: object) =>
        runConsortium(
          {
            enrollments: { MyOrg2MSP: { ...CONSORTIUM_SECTIONS.enrollments.MyOrg2MSP, ...more } },
          },
          { stacks, state: removed.state },
        );
      const refused = await back({});
      assert.deepEqual(topsOf(refused), []);
      assert.deepEqual(refused.errors, [
        `Requests for certificates are refused, and nothing was changed:\n  - the request of MyOrg2MSP asks for the key ${fingerprint().slice(0, 16)}…, which is held by "MyOrg2MSP until it was removed"; enrollments.MyOrg2MSP grants a key of its own. Make a new key, and a new request from it. To let MyOrg2MSP come back with this very key, set countersign:enrollments.MyOrg2MSP.publicKey to ${fingerprint()}.`,
      ]);
      const admitted = await back({ publicKey: fingerprint() });
      assert.deepEqual(admitted.errors, []);
      assert.deepEqual(registered(admitted, "registration", "RegistrationAuthority"), {
        requests: { MyOrg2MSP: requestedOf(asked).request },
        keys: { [fingerprint()]: { holder: "MyOrg2MSP", withdrawn: false } },
        trusted: { MyOrg2MSP: requestedOf(deployed).trusted },
      });
    });
  });
});
