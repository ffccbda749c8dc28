import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checklist } from "../../../verify/check";
import { rehearse, type Client, type Stage } from "../../../verify/rehearsal";
import { readCertificate } from "../../../x509";
import { makeCa, makeLeaf } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import { makeDnsNames } from "../../unit/x509/make-names";

const NOT_AFTER = "2030-01-01T00:00:00Z";
const AFTER = "2030-01-01T00:01Z";
const CA = makeCa();
const HOST = "orders.example";

function makePair(name: string, notAfter = NOT_AFTER) {
  const certificate = makeLeaf({
    notAfter,
    subject: [["CN", name]],
    extensions: [makeDnsNames(HOST)],
  });
  const key = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { pair: { certificate, key }, leaf: readCertificate(certificate) };
}

const SERVER = makePair("orders");
const CALLER: Client = {
  ...{ name: "web", ...makePair("web") },
  expects: { host: HOST, ca: CA },
};

/** Returns the lines of a rehearsal: check and message, with `not` before a check that fails. */
async function lines(
  stage: Partial<Stage> = {},
  clients: readonly Client[] = [CALLER],
  self?: Client,
): Promise<string[]> {
  const list = new Checklist("orders");
  const whole: Stage = {
    ...{ list, ...SERVER, asks: "required", clientCas: [CA], todo: "Fix it.", at: new Date() },
    ...stage,
  };
  await rehearse(whole, clients, { code: "accepted", good: () => "all get in", todo: "" }, self);
  return list.checks.map(({ ok, code, message }) => `${ok ? "" : "not "}${code}: ${message}`);
}

/** Returns the lines of checks that fail. */
async function faults(...args: Parameters<typeof lines>): Promise<string[]> {
  return (await lines(...args)).filter((line) => line.startsWith("not "));
}

describe("the rehearsal of a server and its clients", () => {
  // Where files for OpenSSL go; other tests that run at the same time have theirs elsewhere.
  const usual = process.env.XDG_RUNTIME_DIR;
  let runtime: string;
  before(() => {
    runtime = mkdtempSync(join(tmpdir(), "countersign-rehearsal-"));
    process.env.XDG_RUNTIME_DIR = runtime;
  });
  after(() => {
    if (usual === undefined) delete process.env.XDG_RUNTIME_DIR;
    else process.env.XDG_RUNTIME_DIR = usual;
    rmSync(runtime, { recursive: true });
  });

  it("proves every refusal, each for the right reason", async () => {
    assert.deepEqual(await lines(), [
      "accepted: all get in",
      "refuses-no-certificate: a client without a certificate is refused (ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE)",
      "refuses-wrong-host: web refuses it as stranger.invalid (ERR_TLS_CERT_ALTNAME_INVALID)",
      "refuses-foreign-ca: a copy of the certificate of web from an unknown CA is refused (CERT_SIGNATURE_FAILURE)",
      `refuses-expired: the certificate of web is accepted now, and refused after its end (certificate has expired at ${AFTER})`,
      "refuses-foreign-server: web refuses a copy of its certificate from an unknown CA (CERT_SIGNATURE_FAILURE)",
      `refuses-expired-server: clients accept it now, and refuse it after its end (certificate has expired at ${AFTER})`,
    ]);
  });

  it("reports a client in the client's own list, if it has one", async () => {
    const list = new Checklist("web");
    const self = { name: "a client", pair: SERVER.pair, expects: CALLER.expects };
    const server = await lines({}, [{ ...CALLER, list }], { ...self, leaf: SERVER.leaf });
    assert.match(server.join("\n"), /^refuses-wrong-host: a client refuses it as stranger/m);
    assert.doesNotMatch(server.join("\n"), /refuses-foreign-ca|refuses-expired:/);
    assert.deepEqual(
      list.checks.map(({ code, message }) => `${code}: ${message.slice(0, 30)}`),
      [
        "refuses-foreign-ca: a copy of its certificate from",
        "refuses-expired: its certificate is accepted no",
      ],
    );
  });

  it("finds a server that requests no certificates although it must", async () => {
    assert.deepEqual(await faults({ clientCas: undefined }), [
      "not accepted: web is accepted, but the server does not see its certificate.",
      "not refuses-no-certificate: a client without a certificate is accepted.",
    ]);
    const unseen: Client = { ...CALLER, list: new Checklist("web"), pair: undefined as never };
    assert.deepEqual(await faults({ clientCas: undefined }, [unseen]), [
      "not refuses-no-certificate: a client without a certificate is accepted.",
    ]);
  });

  it("finds a client that accepts any server", async () => {
    const { name, pair, leaf } = CALLER;
    assert.deepEqual(await faults({}, [{ name, ...(pair && leaf && { pair, leaf }) }]), [
      "not refuses-wrong-host: web accepts it as stranger.invalid.",
      "not refuses-foreign-server: web accepts a copy of its certificate from an unknown CA.",
    ]);
  });

  it("finds a client that compares no host, unless that is known", async () => {
    const careless = { ...CALLER, expects: { host: undefined, ca: CA } };
    assert.deepEqual(await faults({}, [careless]), [
      "not refuses-wrong-host: web accepts it as stranger.invalid.",
    ]);
    const known = await lines({}, [{ ...careless, comparesNoHost: true }]);
    assert.doesNotMatch(known.join("\n"), /not |refuses-wrong-host/);
  });

  it("follows a server that requests no certificates, or does not require them", async () => {
    const asksNothing = await lines({ asks: "nothing", clientCas: undefined });
    assert.deepEqual(
      asksNothing.map((line) => line.slice(0, line.indexOf(":"))),
      ["accepted", "refuses-wrong-host", "refuses-foreign-server", "refuses-expired-server"],
    );
    const optional = await lines({ asks: "optional" });
    assert.ok(
      optional.includes("accepts-no-certificate: a client without a certificate is accepted"),
    );
    assert.match(optional.join("\n"), /^refuses-foreign-ca: .*\n^refuses-expired: /m);
    assert.deepEqual(await faults({ asks: "required", clientCas: [CA] }), []);
  });

  it("proves nothing with a client that is not accepted", async () => {
    const stranger = {
      ...CALLER,
      expects: { host: HOST, ca: makeCa({ keys: keys("otherP256") }) },
    };
    assert.deepEqual(await lines({}, [stranger]), [
      "not accepted: web refuses it as orders.example: CERT_SIGNATURE_FAILURE.",
      "refuses-no-certificate: a client without a certificate is refused (ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE)",
    ]);
  });

  it("does not try a certificate that outlives its CA after its end", async () => {
    const late = makePair("web", "2031-06-01T00:00:00Z");
    const tried = await lines({}, [{ ...CALLER, ...late }]);
    assert.doesNotMatch(tried.join("\n"), /refuses-expired:/);
    assert.match(tried.join("\n"), /refuses-expired-server:/);
  });

  it("accepts a CA below another as a trust anchor after the end, too", async () => {
    const ca = makeCa({ issuer: [["CN", "Root"]], authorityKeyId: "0a" });
    const caller = { ...CALLER, expects: { host: HOST, ca } };
    assert.deepEqual(await faults({ clientCas: [ca] }, [caller]), []);
  });

  it("tries a server that is called by its IP address", async () => {
    const [pair, expects] = [SERVER.pair, { host: "192.0.2.7", ca: CA }];
    assert.deepEqual(await faults({}, [{ name: "web", pair, expects }]), [
      "not accepted: web refuses it as 192.0.2.7: ERR_TLS_CERT_ALTNAME_INVALID.",
    ]);
  });

  it("reports that a server cannot start, and leaves no file behind", async () => {
    const key = keys("otherP256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const broken = { certificate: SERVER.pair.certificate, key };
    const [line, ...more] = await lines({ pair: broken });
    assert.match(line ?? "", /^not serves: a TLS server cannot start with its files: /);
    assert.deepEqual(more, []);
    await lines();
    assert.deepEqual(readdirSync(runtime), []);
  });
});
