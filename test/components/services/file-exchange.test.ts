import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { admissionOf } from "../../../enrollment/documents";
import { filesOfAdmission, writePublicFile } from "../../../enrollment/files";
import { SERVICE_FORM } from "../../../systems/services/admission";
import { readCertificate } from "../../../x509";
import { outputsOf, said, topsOf } from "../enrollment/parties";
import type { Run } from "../mock-engine";
import {
  SERVICES,
  SIGNER_SECTIONS,
  admissionsOf,
  requestsOf,
  runMember,
  runSigner,
  secretOf,
  signAll,
} from "./stacks";

describe("services whose stacks exchange files", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "countersign-services-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const place = (...parts: string[]) => join(directory, ...parts);
  const signedBy = () => ({ servicesSignedBy: { directory, trust: ["first-use"] } });
  const { shop } = SIGNER_SECTIONS.serviceEnrollments;
  const enrolling = (changes: object = {}) => ({
    serviceEnrollments: { shop: { ...shop, requests: { directory }, ...changes } },
  });
  const without = (run: Run<unknown>) =>
    said(run)
      .filter((text) => !text.includes("will require certificates from the first update on"))
      .map((text) => text.replaceAll(directory, "D"));
  const errorsOf = (run: Run<unknown>) => {
    assert.deepEqual(topsOf(run), []);
    return run.errors.map((error) => error.replaceAll(directory, "D"));
  };

  const sendRequests = (asked: Run<unknown>) => {
    for (const [name, { request }] of Object.entries(requestsOf(asked)))
      writePublicFile(place(name, "request.pem"), request);
  };
  const sendAnswers = (signed: Run<unknown>) => {
    for (const name of ["db", "orders"]) {
      const content = outputsOf(signed).serviceAdmissions;
      const received = admissionOf(content, `service ${name}`, "", SERVICE_FORM, `shop/${name}`);
      assert.ok(received.kind === "here");
      for (const [file, text] of Object.entries(filesOfAdmission(received.value, SERVICE_FORM)))
        writePublicFile(place(name, file), text);
    }
  };
  const exchange = async () => {
    const asked = await runMember(signedBy(), { cluster: false });
    sendRequests(asked);
    const signed = await runSigner(enrolling());
    sendAnswers(signed);
    const deployed = await runMember(signedBy(), { state: asked.state });
    assert.deepEqual([asked.errors, signed.errors, deployed.errors], [[], [], []]);
    return { asked, signed, deployed };
  };

  it("wait for each other's files, and then behave as with each other's outputs", async () => {
    const none = await runSigner(enrolling());
    assert.deepEqual(without(none), [
      "info: service shop/db, service shop/orders wait: there is no file D/db/request.pem yet (and likewise for the others)",
    ]);
    const { asked, signed, deployed } = await exchange();
    assert.deepEqual(without(asked), [
      "info: service db, service orders wait: there is no file D/db/certificate.pem and no file D/db/trust.pem and no file D/db/authority.yaml yet (and likewise for the others)",
    ]);
    assert.deepEqual([without(signed), without(deployed)], [[], []]);
    assert.deepEqual(Object.keys(admissionsOf(signed).services), ["shop/db", "shop/orders"]);
    assert.equal(
      secretOf(deployed, "service-db-keys")["tls.crt"],
      admissionsOf(signed).services["shop/db"]?.certificate,
    );
    const byStack = (await signAll()).deployed;
    assert.deepEqual(topsOf(deployed), topsOf(byStack));
  });

  it("continue without them, with one warning for all", async () => {
    const { signed, deployed } = await exchange();
    rmSync(place("db"), { recursive: true });
    rmSync(place("orders"), { recursive: true });
    const signer = await runSigner(enrolling(), { state: signed.state });
    assert.deepEqual(signer.state, signed.state);
    assert.deepEqual(without(signer), [
      "warn: there is no file D/db/request.pem yet: the request of service shop/db that was signed before stays in force (likewise: service shop/orders)",
    ]);
    const member = await runMember(signedBy(), { state: deployed.state });
    assert.deepEqual(member.errors, []);
    assert.deepEqual(topsOf(member), topsOf(deployed));
    assert.match(
      without(member).join(),
      /^warn: there is no file .* yet: service db keeps using .* \(likewise: service orders\)$/,
    );
  });

  it("refuse a request that asks for more, a foreign and a half-written one, with the path", async () => {
    const asked = await runMember(
      {
        ...signedBy(),
        services: {
          ...SERVICES,
          db: { ...SERVICES.db, certificate: { dnsNames: ["bank.example"] } },
        },
      },
      { cluster: false },
    );
    sendRequests(asked);
    const heading = "Requests for certificates are refused, and nothing was changed:\n  - ";
    assert.deepEqual(errorsOf(await runSigner(enrolling())), [
      `${heading}D/db/request.pem: the request of service shop/db asks for DNS name "bank.example"; serviceEnrollments.shop.services.db grants "db", "db.shop", "db.shop.svc" and 1 more.`,
    ]);
    writeFileSync(place("db", "request.pem"), readFileSync(place("orders", "request.pem")));
    const [foreign] = errorsOf(await runSigner(enrolling()));
    assert.match(
      foreign ?? "",
      /- D\/db\/request\.pem: the request of service shop\/db asks for common name \(CN\) "orders"/,
    );
    writeFileSync(
      place("db", "request.pem"),
      readFileSync(place("db", "request.pem")).subarray(0, 200),
    );
    assert.deepEqual(errorsOf(await runSigner(enrolling())), [
      `${heading}D/db/request.pem: the certificate request of serviceEnrollments.shop.services.db: a CERTIFICATE REQUEST block without its END line: cut off or indented?`,
    ]);
  });

  it("refuse a certificate of another service, half-written files and those of two exports, with the path", async () => {
    const { asked } = await exchange();
    const take = async () =>
      errorsOf(await runMember(signedBy(), { state: asked.state, cluster: false }));
    const certificate = readFileSync(place("db", "certificate.pem"));
    writeFileSync(place("db", "certificate.pem"), certificate.subarray(0, 200));
    assert.deepEqual(await take(), [
      "D/db/certificate.pem: a CERTIFICATE block without its END line: cut off or indented?",
    ]);
    writeFileSync(place("db", "certificate.pem"), certificate);
    const document = readFileSync(place("db", "authority.yaml"), "utf8");
    writeFileSync(place("db", "authority.yaml"), document.replace("service db", "service orders"));
    assert.deepEqual(await take(), [
      'D/db/authority.yaml is for "service orders", not for service db',
    ]);
    writeFileSync(
      place("db", "authority.yaml"),
      document.replace(/fingerprint: ../, "fingerprint: 00"),
    );
    assert.match(
      String(await take()),
      /^D\/db\/trust\.pem has no certificate of generation g1 .*: take all files from one export$/,
    );
  });

  it("accept no private key and nothing but files, and name the path and the key", async () => {
    const { asked, deployed } = await exchange();
    const key = secretOf(deployed, "service-db-keys")["tls.key"] ?? assert.fail();
    const request = readFileSync(place("db", "request.pem"), "utf8");
    writeFileSync(place("db", "request.pem"), request + key);
    const [error = ""] = errorsOf(await runSigner(enrolling()));
    assert.match(error, /^D\/db\/request\.pem holds a private key, /);
    assert.ok(!error.includes(key.slice(40, 60)));
    rmSync(place("db", "request.pem"));
    execFileSync("mkfifo", [place("db", "request.pem")]);
    assert.deepEqual(errorsOf(await runSigner(enrolling())), [
      "countersign:serviceEnrollments.shop.requests.directory: D/db/request.pem is a named pipe, not a file",
    ]);
    rmSync(place("db", "trust.pem"));
    execFileSync("mkfifo", [place("db", "trust.pem")]);
    const member = async (sections: object) =>
      errorsOf(await runMember(sections, { state: asked.state, cluster: false }));
    assert.deepEqual(await member(signedBy()), [
      "countersign:servicesSignedBy.directory: D/db/trust.pem is a named pipe, not a file",
    ]);
    const own = {
      services: { db: { ...SERVICES.db, signedBy: { directory } }, orders: SERVICES.orders },
    };
    assert.deepEqual(
      await member({
        servicesSignedBy: { directory: place("none"), trust: ["first-use"] },
        ...own,
      }),
      ["countersign:services.db.signedBy.directory: D/db/trust.pem is a named pipe, not a file"],
    );
  });

  it("follow a rotation of the CA by files, if their stack trusts it", async () => {
    const { signed, deployed } = await exchange();
    const rotate = (generations: object, { state }: Run<unknown>) =>
      runSigner(
        { authority: { ...SIGNER_SECTIONS.authority, generations }, ...enrolling() },
        { state },
      );
    const announced = await rotate({ g1: { state: "signing" }, g2: { state: "trusted" } }, signed);
    sendAnswers(announced);
    const unaware = await runMember(signedBy(), { state: deployed.state });
    const { fingerprint: g2 } = readCertificate(
      admissionsOf(announced).authorities.g2?.certificate ?? "",
    );
    assert.deepEqual(without(unaware), [
      `warn: D also offers CA generation g2 (CN=Shared CA, SHA-256 ${g2}), which is not trusted: before the stack that signs lets it sign, compare the fingerprint over another channel and add it to countersign:servicesSignedBy.trust`,
    ]);
    const moved = await rotate({ g1: { state: "trusted" }, g2: { state: "signing" } }, announced);
    assert.deepEqual(said(moved), []);
    sendAnswers(moved);
    const refused = await runMember(signedBy(), { state: deployed.state });
    assert.match(
      refused.errors[0] ?? "",
      /^the certificate of service (db|orders) from .* is not one that countersign:servicesSignedBy\.trust lists/s,
    );
    const trust = { servicesSignedBy: { directory, trust: ["first-use", g2] } };
    const aware = await runMember(trust, { state: deployed.state });
    assert.deepEqual([aware.errors, without(aware)], [[], []]);
  });
});
