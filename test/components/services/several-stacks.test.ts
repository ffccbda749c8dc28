import assert from "node:assert/strict";
import { readCertificate, readCertificateRequest, readCertificates } from "../../../x509";
import { facts } from "../../../facts";
import { outputsOf, said, topsOf } from "../enrollment/parties";
import type { Run } from "../mock-engine";
import { find, treeOf } from "../tree";
import { reveal, visible } from "../wire";
import { MEMBER, SIGNER, admissionsOf, requestsOf, runMember, secretOf, signAll } from "./stacks";

const STACK = `stack ${SIGNER}`;
const STEP =
  'warn: Services: db will require certificates from the first update on: if clients already call without one, deploy "optional" first';
const UNREADABLE = `${STACK} cannot be read (unknown stack "${SIGNER}")`;

describe("services that another stack signs for", () => {
  let asked: Run<unknown>;
  let signed: Run<unknown>;
  let deployed: Run<unknown>;
  before(async () => ({ asked, signed, deployed } = await signAll()));

  const fingerprintOf = (run: Run<unknown>, generation: string) =>
    readCertificate(admissionsOf(run).authorities[generation]?.certificate ?? "").fingerprint;
  const casIn = (run: Run<unknown>) => {
    const { data } = reveal(find(run.resources, "services-shop-services-ca").inputs) as {
      data: Record<string, string>;
    };
    return readCertificates(data["ca.crt"] ?? "").map(({ fingerprint }) => fingerprint);
  };

  it("publish their requests, need no CA, and have nothing in a cluster before they get certificates", () => {
    assert.deepEqual(asked.errors, []);
    assert.deepEqual(topsOf(asked), [
      "countersign:enrollment:Enrollment service-db",
      "countersign:enrollment:Enrollment service-orders",
    ]);
    const [db, orders] = ["db", "orders"].map((name) => {
      const { request, key } = requestsOf(asked)[name] ?? { request: "", key: "" };
      assert.equal(key, "k1");
      const { subject, dnsNames } = readCertificateRequest(request);
      return { subject: subject.text, dnsNames };
    });
    assert.deepEqual(db, {
      subject: "O=shop, CN=db",
      dnsNames: ["db", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local"],
    });
    assert.deepEqual(orders, { subject: "O=shop, CN=orders", dnsNames: [] });
  });

  it("say together what they wait for, and each in the outputs", () => {
    assert.deepEqual(said(asked), [STEP, `info: service db, service orders wait: ${UNREADABLE}`]);
    assert.deepEqual(outputsOf(asked).waiting, {
      "service db": UNREADABLE,
      "service orders": UNREADABLE,
    });
    assert.deepEqual(outputsOf(asked).services, {});
  });

  it("get certificates for what they are granted, with the uses of their roles", () => {
    assert.deepEqual(signed.errors, []);
    const usesOf = (name: string) =>
      (reveal(find(signed.resources, name).inputs) as { allowedUses: string[] }).allowedUses;
    assert.deepEqual(usesOf("service-shop.db-certificate"), ["digital_signature", "server_auth"]);
    assert.deepEqual(usesOf("service-shop.orders-certificate"), [
      "digital_signature",
      "client_auth",
    ]);
    assert.deepEqual(Object.keys(admissionsOf(signed).services), [
      `${MEMBER}/db`,
      `${MEMBER}/orders`,
    ]);
  });

  it("deploy them with their keys, and share the CAs of the signer", () => {
    assert.deepEqual(deployed.errors, []);
    assert.deepEqual(
      treeOf(deployed.resources).filter((line) => line.includes("service")),
      [
        "  countersign:enrollment:Enrollment service-db",
        "    tls:index/privateKey:PrivateKey service-db-k1-key",
        "  countersign:enrollment:Enrollment service-orders",
        "    tls:index/privateKey:PrivateKey service-orders-k1-key",
        "  countersign:enrollment:Signer services-signer",
        "  countersign:services:Service service-db",
        "    kubernetes:apps/v1:StatefulSetPatch service-db-restart-statefulset-db",
        "    kubernetes:core/v1:Secret service-db-keys",
        "  countersign:services:Service service-orders",
        "    kubernetes:apps/v1:DeploymentPatch service-orders-restart-deployment-orders",
        "    kubernetes:core/v1:Secret service-orders-keys",
        "  kubernetes:core/v1:ConfigMap services-shop-services-ca",
      ],
    );
    const pair = secretOf(deployed, "service-db-keys");
    assert.equal(pair["tls.crt"], admissionsOf(signed).services[`${MEMBER}/db`]?.certificate);
    assert.match(pair["tls.key"] ?? "", /^-----BEGIN PRIVATE KEY-----/);
    assert.deepEqual(casIn(deployed), [fingerprintOf(signed, "g1")]);
    assert.deepEqual(Object.keys(outputsOf(deployed).services as object), ["db", "orders"]);
    assert.equal(outputsOf(deployed).waiting, undefined);
  });

  it("state who signed their certificates, whom they trust, and the CAs once", () => {
    const factsOf = (name: string, type: string) =>
      facts.parse(visible(find(deployed.resources, name, type).inputs));
    const { authority } = factsOf("services-signer", "Signer");
    assert.deepEqual(Object.keys(authority?.generations ?? {}), ["g1"]);
    const enrollment = factsOf("service-db", "Enrollment");
    assert.equal(enrollment.authority, undefined);
    assert.deepEqual(enrollment.certificates?.["service-db"]?.origin, "received");
    const { peers, certificates } = factsOf("service-db", "services:Service");
    assert.equal(certificates, undefined);
    assert.deepEqual(
      peers?.map(({ presents, trusts }) => ({ presents, trusts })),
      [{ presents: "service-db", trusts: ["services-signer/g1"] }],
    );
    const elsewhere = facts.parse(
      visible(find(signed.resources, "service-registration").inputs),
    ).peers;
    assert.deepEqual(elsewhere?.[0], {
      party: "service shop/db",
      source: "serviceEnrollments.shop.services.db",
      presents: "service-shop.db-certificate",
      dials: [],
      elsewhere: true,
      tells: true,
    });
  });

  it("never give away their private keys", () => {
    const key = secretOf(deployed, "service-db-keys")["tls.key"] ?? "";
    const body = key.split("\n")[1] ?? "";
    assert.ok(body.length > 60);
    for (const run of [asked, signed, deployed])
      assert.ok(!JSON.stringify(outputsOf(run)).includes(body));
    assert.ok(!JSON.stringify([...signed.state]).includes(body));
    assert.ok(JSON.stringify([...deployed.state]).includes(body));
  });

  it("keep what they have deployed if nothing comes any more", async () => {
    const run = await runMember({}, { state: deployed.state });
    assert.deepEqual(run.errors, []);
    assert.equal(
      secretOf(run, "service-db-keys")["tls.crt"],
      secretOf(deployed, "service-db-keys")["tls.crt"],
    );
    assert.deepEqual(said(run), [
      `warn: ${UNREADABLE}: service db keeps using the certificate that it accepted before (likewise: service orders)`,
    ]);
  });

  it("are never deleted because a certificate is missing", async () => {
    const state = new Map(
      [...deployed.state].filter(([, { type }]) => !type.startsWith("countersign:enrollment")),
    );
    const run = await runMember({}, { state });
    assert.deepEqual(topsOf(run), []);
    assert.deepEqual(run.errors, [
      `${UNREADABLE}, and without a certificate the running deployment of service db would be deleted: nothing was changed`,
    ]);
  });
});
