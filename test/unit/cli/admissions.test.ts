import assert from "node:assert/strict";
import { Checklist, type Check } from "../../../verify/check";
import { checkAdmission, checkPublished } from "../../../systems/substra/verify/check-admissions";
import type { Host } from "../../../systems/substra/verify/setup";
import { readCertificate } from "../../../x509";
import { makeCa, makeLeaf, type CertificateOptions } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { makeAdmissions } from "./make-admissions";
import { AT, makeBackend, makeHost } from "./make-parties";

const failed = (checks: readonly Check[]) =>
  checks.filter(({ ok }) => !ok).map(({ code, severity }) => `${severity} ${code}`);

describe("a published certificate", () => {
  interface Case {
    readonly options?: CertificateOptions;
    readonly channels?: readonly string[];
    readonly mspId?: string;
    readonly host?: Host | undefined;
    /** Certificates that the organization has deployed, one for each of its workloads. */
    readonly deployed?: readonly string[];
    readonly pem?: string;
  }

  function check(given: Case): readonly Check[] {
    const { channels = ["mychannel"], mspId = "MyOrg1MSP", deployed = [], options } = given;
    const list = new Checklist(mspId);
    const parties = deployed.map((pem) => ({
      ...{ mspId, list, setup: makeBackend(mspId, pem), leaf: readCertificate(pem) },
    }));
    const certificate = given.pem ?? makeLeaf(options);
    const host = "host" in given ? given.host : makeHost();
    checkAdmission(list, { certificate, channels: [...channels] }, host, parties, AT);
    return list.checks;
  }

  it("passes every check that needs no key", () => {
    const found = check({});
    assert.deepEqual(
      found.map(({ code }) => code),
      ["purpose", "expiry", "chain", "ca-life", "organization", "key-ids", "channels"],
    );
    assert.deepEqual(failed(found), []);
    for (const { party, message } of found) {
      assert.equal(party, "MyOrg1MSP");
      assert.match(message, /^published: /);
    }
  });

  const life = { notBefore: "2025-03-01T00:00:00Z", notAfter: "2025-06-20T00:00:00Z" };
  const rows: Record<string, [Case, ...string[]]> = {
    "for another organization": [{ options: { subject: [["O", "my"]] } }, "error organization"],
    "of an unknown CA": [{ options: { signer: keys("otherP256") } }, "error chain"],
    "without its CA's key identifier": [{ options: { authorityKeyId: null } }, "error key-ids"],
    "for servers": [{ options: { purposes: ["1.3.6.1.5.5.7.3.1"] } }, "error purpose"],
    "that has expired": [{ options: { notAfter: "2025-05-01T00:00:00Z" } }, "error expiry"],
    "that expires soon": [{ options: life }, "warning expiry"],
    "for a channel of which it is no member": [{ channels: ["mychannel", "b"] }, "error channels"],
    "for no channel": [{ channels: [] }, "error channels"],
    "for an organization that the orchestrator does not know": [
      { mspId: "MyOrg2MSP", options: { subject: [["O", "MyOrg2MSP"]] } },
      "error channels",
    ],
    "that cannot be read": [{ pem: "MII…" }, "error certificate"],
  };
  for (const [what, [given, ...codes]] of Object.entries(rows)) {
    it(`fails or warns ${what}`, () => {
      assert.deepEqual(failed(check(given)), codes);
    });
  }

  it("is checked by itself if the orchestrator cannot be read", () => {
    const found = check({ host: undefined, options: { signer: keys("otherP256") } });
    assert.deepEqual(
      found.map(({ code, ok }) => [code, ok]),
      [
        ["purpose", true],
        ["expiry", true],
        ["organization", true],
      ],
    );
  });

  it("is not checked twice if it is deployed", () => {
    const pem = makeLeaf();
    assert.deepEqual(
      check({ pem, deployed: [pem] }).map(({ code, ok, message }) => [code, ok, message]),
      [
        ["published", true, "the certificate that was published last is the one that is deployed"],
        ["channels", true, 'published: the orchestrator lists it in "mychannel"'],
      ],
    );
  });

  it("warns while an older one is deployed, even in only one of the workloads", () => {
    const pem = makeLeaf({ notBefore: "2025-02-01T00:00:00Z" });
    const found = check({ pem, deployed: [pem, makeLeaf()] });
    assert.deepEqual(failed(found), ["warning published"]);
    const [first] = found;
    assert.match(
      first?.message ?? "",
      /^the deployed certificate \(serial [0-9a-f]+, until 2026-01-01\) is older than the one published \(/,
    );
    assert.equal(first?.todo, "Run `pulumi up` in its stack.");
    assert.equal(found.length, 8);
  });

  it("warns while a newer one is deployed, because the outputs may be old", () => {
    const found = check({ deployed: [makeLeaf({ notBefore: "2025-02-01T00:00:00Z" })] });
    assert.deepEqual(failed(found), ["warning published"]);
    assert.match(found[0]?.message ?? "", / is not the one published /);
    assert.match(found[0]?.todo ?? "", /outputs in a file may be older/);
  });
});

describe("the published information about the orchestrator", () => {
  function check(...args: Parameters<typeof makeAdmissions>): readonly Check[] {
    const host = makeHost();
    checkPublished(host, makeAdmissions(...args));
    return host.list.checks;
  }
  const { orchestrator, authorities } = makeAdmissions();
  const g2 = makeCa({ subject: [["CN", "G2"]], issuer: [["CN", "G2"]] });

  it("is correct if it is as deployed", () => {
    assert.deepEqual(
      check().map(({ code, ok, message }) => [code, ok, message]),
      [
        [
          "names",
          true,
          "published: the names by which organizations dial it are in its certificate",
        ],
        ["published", true, "published: the CA certificates are exactly those that it trusts"],
      ],
    );
  });

  for (const changes of [
    { internal: { host: "old.example.org", port: 9000 } },
    { external: { host: "old.example.org", port: 443 } },
    { dnsNames: ["old.example.org"] },
  ]) {
    it(`fails with a name that the certificate lacks in ${Object.keys(changes)[0]}`, () => {
      const found = check({ orchestrator: { ...orchestrator, ...changes } });
      assert.deepEqual(failed(found), ["error names"]);
      assert.equal(
        found[0]?.message,
        'published: organizations dial "old.example.org", but the certificate is for "orchestrator.example.org", "orchestrator.internal.example".',
      );
    });
  }

  it("warns of a CA that is not trusted, not published, or not a certificate", () => {
    const more = { ...authorities, g2: { state: "trusted", certificate: g2 } } as const;
    const cases: [Parameters<typeof makeAdmissions>[0], RegExp][] = [
      [{ authorities: more }, /the orchestrator does not trust CA generation "g2" \(CN=G2\)\.$/],
      [
        { authorities: {} },
        /the orchestrator trusts a CA that is not published: CN=Test CA \(serial /,
      ],
      [
        { authorities: { ...authorities, g2: { state: "trusted", certificate: "?" } } },
        /^published: the certificate of CA generation "g2" cannot be read\.$/,
      ],
    ];
    for (const [changes, message] of cases) {
      const found = check(changes);
      assert.deepEqual(failed(found), ["warning published"]);
      assert.match(found[1]?.message ?? "", message);
    }
  });
});
