import assert from "node:assert/strict";
import { keys } from "../../unit/x509/make-keys";
import { makeCaBelow, makePolicyCa, makeRoot } from "../../unit/x509/make-path";
import { keyPem } from "../../unit/x509/make-pkcs12";
import { OTHER_CA } from "./make-material";
import { DB, ORDERS, RELEASE, failuresOf, makeServices, verify } from "./make-services";

const LEAF = ["files", "key", "purpose", "expiry", "chain", "ca-life", "certificate", "key-ids"];
const OWN = ["mounted-objects", "private-keys", ...LEAF, "identity", "key-form", "trust-store"];
const SERVER = ["names", "accepted", "refuses-wrong-host", "refuses-foreign-server"];
const POLICIES = {
  tls: ["prepared"],
  optional: ["accepts-no-certificate", "refuses-foreign-ca", "refuses-expired"],
  required: ["refuses-no-certificate", "refuses-foreign-ca", "refuses-expired"],
};

describe("services that are as their stack deployed them", () => {
  for (const [clients, codes] of Object.entries(POLICIES)) {
    it(`pass all checks: a server with ${clients}, and its caller`, async () => {
      const services = { db: { ...DB, server: { clients } }, orders: ORDERS };
      const checks = await verify(await makeServices(services));
      assert.deepEqual(
        checks.filter(({ ok }) => !ok),
        [],
      );
      const of = (name: string) =>
        new Set(checks.filter(({ party }) => party === name).map(({ code }) => code));
      assert.deepEqual(
        of("service db"),
        new Set([...OWN, "roll-out", ...SERVER, "refuses-expired-server", ...codes, "phase"]),
      );
      assert.deepEqual(of("service orders"), new Set([...OWN, "roll-out"]));
    });
  }

  const FORMS: Readonly<Record<string, object>> = {
    "one PEM file": { form: "combined" },
    "PKCS#1": { encoding: "pkcs1", names: { key: "server.key" } },
    "PKCS#12": { form: "pkcs12", ca: { form: "pkcs12" } },
    JKS: { form: "jks", ca: { form: "jks" } },
    "stores in one Secret": { form: "pkcs12", ca: { form: "jks", object: "keys" } },
    "a folder of CAs": { ca: { form: "directory" } },
    "a folder of CAs in the Secret": { ca: { form: "directory", object: "keys" } },
    "a Secret with the CAs": {
      ca: { object: "Secret", name: "cas", names: { bundle: "root.crt" } },
    },
    "CAs next to the key": { ca: { object: "keys" } },
  };
  for (const [what, files] of Object.entries(FORMS))
    it(`pass all checks in each form: ${what}`, async () => {
      const isRsa = "encoding" in files;
      const certificate = isRsa ? { algorithm: "RSA-2048" } : {};
      const db = { ...DB, files, certificate };
      assert.deepEqual(await failuresOf(await makeServices({ db, orders: ORDERS })), []);
    });

  for (const clients of ["tls", "optional", "required"])
    it(`pass all checks with CAs of others, and with a server that nobody calls: ${clients}`, async () => {
      const trust = { certificates: OTHER_CA };
      const checks = await verify(
        await makeServices({ db: { ...DB, server: { clients }, trust } }),
      );
      assert.deepEqual(
        checks.filter(({ ok }) => !ok),
        [],
      );
      const codes = checks.map(({ code }) => code);
      assert.ok(codes.includes("refuses-wrong-host"));
      assert.equal(codes.includes("refuses-foreign-ca"), clients !== "tls");
      const trusted = checks.find(({ code }) => code === "trust-store");
      assert.match(trusted?.message ?? "", / and "CN=Other CA", and nobody else \(bundle\)$/);
    });

  it("pass all checks whatever must roll", async () => {
    const made = await makeServices({
      web: { namespace: "ns", server: { clients: "required" }, release: RELEASE },
      agent: { namespace: "ns", restarts: ["daemonset/agent"] },
      watcher: { namespace: "ns", calls: { web: {} }, reloads: true },
    });
    const checks = await verify(made);
    assert.deepEqual(
      checks.filter(({ ok }) => !ok),
      [],
    );
    const said = (party: string, code: string) =>
      checks.filter((check) => check.party === party && check.code === code).map((c) => c.message);
    assert.deepEqual(said("service web", "release"), [
      "release web in ns is deployed: revision 1, chart web 1.0.0",
    ]);
    assert.deepEqual(said("service web", "roll-out"), [
      "the workload that uses its certificates rolled out",
    ]);
    assert.deepEqual(said("service agent", "roll-out"), [
      "agent rolled out with the current files",
    ]);
    assert.match(said("service watcher", "roll-out")[0] ?? "", /^it reads changed files by itself/);
  });

  it("pass all checks below a root, also with the CAs above, which are in the outputs", async () => {
    const certificate = makeCaBelow("Policy CA");
    const chain = makePolicyCa() + makeRoot();
    const company = { state: "signing", certificate, chain, key: keyPem(keys("p384").privateKey) };
    const db = { ...DB, files: { ca: { upToRoot: true } } };
    const made = await makeServices(
      { db, orders: ORDERS },
      { subject: { commonName: "not used" }, generations: { company } },
    );
    const names = made.stack.services.map(({ otherCas }) => otherCas.length);
    assert.deepEqual(names, [2, 0]);
    assert.deepEqual(await failuresOf(made), []);
  });
});
