import assert from "node:assert/strict";
import { sha256Of } from "../../../components/choreo/plan";
import { makeDnsNames } from "../../unit/x509/make-names";
import { makeCaBelow, makeRoot } from "../../unit/x509/make-path";
import {
  fails,
  failuresOf,
  linesOf,
  makeProject,
  reissue,
  setVariable,
  verify,
} from "./make-choreo";

describe("the verification of a Choreo project", () => {
  it("covers everything that decides about its handshakes", async () => {
    const checks = await verify(await makeProject("console"));
    assert.ok(checks.every(({ ok }) => ok));
    assert.deepEqual(
      checks.filter(({ party }) => party === "Choreo orders").map(({ code }) => code),
      [
        ...["exported", "files", "key", "purpose", "expiry", "chain", "ca-life"],
        ...["identity", "names", "server-url", "accepted"],
        ...["refuses-no-certificate", "refuses-wrong-host", "refuses-foreign-ca"],
        ...["refuses-expired", "refuses-foreign-server", "refuses-expired-server"],
      ],
    );
    const accepted = checks.filter(({ code }) => code === "accepted");
    assert.deepEqual(linesOf(accepted), [
      "mail accepted: orders gets in without being asked for a certificate",
      "orders accepted: web as web gets in",
      "stock accepted: orders as orders-service gets in",
    ]);
  });

  it("finds wrong certificates", async () => {
    const project = await makeProject("console");
    reissue(project, "web", { subject: [["CN", "somebody"]] });
    reissue(project, "stock", {
      subject: [["CN", "stock"]],
      extensions: [makeDnsNames("stock-3")],
    });
    reissue(project, "mail", {
      extensions: [makeDnsNames("mail-3")],
      purposes: ["1.3.6.1.5.5.7.3.2"],
    });
    await fails(
      project,
      ["web", "identity", /^its certificate is for CN=somebody, but its identity is "web"\.$/],
      ["orders", "accepted", /^web gets in, but is not seen as web\.$/],
      ["stock", "names", /^its certificate is for stock-3, but it is called as stock-2\.$/],
      ["stock", "accepted", /^orders refuses it as stock-2: ERR_TLS_CERT_ALTNAME_INVALID\.$/],
      ["mail", "purpose", /server/],
      ["mail", "accepted", /^orders refuses it as mail-3: INVALID_PURPOSE\.$/],
    );
  });

  it("finds the key of another component, URLs without TLS, and a plan that is not the stack's", async () => {
    const project = await makeProject("console");
    const { components } = project.outputs.choreo;
    project.keys.stock = project.keys.mail ?? "";
    for (const row of components.stock?.plan ?? []) {
      if (row.holds === "key") row.sha256 = sha256Of(project.keys.stock);
    }
    setVariable(project, "orders", "MAIL_URL", "http://mail-3:8443");
    for (const row of components.web?.plan ?? [])
      if (row.holds === "ca") row.sha256 = "0".repeat(64);
    await fails(
      project,
      ["stock", "key", /^the private key in its plan is not that of its certificate/],
      ["stock", "serves", /^a TLS server cannot start with its files: /],
      ["orders", "server-url", /^MAIL_URL is "http:\/\/mail-3:8443", which is not https\.$/],
      [
        "web",
        "exported",
        /^the ca for client-ca-certificate does not match the hash in the plan\.$/,
      ],
      ["web", "files", /^it does not find its ca where its plan says\.$/],
      ["orders", "accepted", /^web has no URL or no CA for it\.$/],
    );
  });

  it("finds a trusted CA without the root above it, which only Go and Java would accept", async () => {
    const project = await makeProject("console");
    const trust = (bundle: string) => {
      project.outputs.caBundleToRoot = bundle;
      for (const { plan } of Object.values(project.outputs.choreo.components))
        for (const row of plan) if (row.holds === "ca") row.sha256 = sha256Of(bundle);
    };
    const without =
      /^its CA file ends at CN=Test CA, without CN=Root above it: Node\.js and Python accept no certificate that it signed\.$/;
    trust(project.outputs.caBundle + makeCaBelow());
    await fails(
      project,
      ["orders", "chain", without],
      ["stock", "chain", without],
      ["web", "chain", without],
    );
    trust(project.outputs.caBundle + makeCaBelow() + makeRoot());
    await fails(project);
  });

  it("finds a key of a client that needs no certificate", async () => {
    const project = await makeProject("console");
    const { web, orders } = project.outputs.choreo.components;
    if (web?.client) web.client.shows = false;
    if (orders?.server) orders.server.clients = "tls";
    const found = (await failuresOf(project)).filter(({ code }) => code === "private-keys");
    assert.deepEqual(linesOf(found), [
      "web private-keys: there is a private key at /tls/client.key, but none of its servers asks for one. its plan has client-certificate, but none of its servers asks for it. its plan has client-key, but none of its servers asks for it.",
    ]);
  });

  it("checks as much as it can without keys, and skips components that wait", async () => {
    const checks = await verify(await makeProject("console"), {
      keys: undefined,
      waiting: ["web"],
    });
    assert.deepEqual(
      [...new Set(checks.filter(({ ok }) => !ok).map(({ party, code }) => `${party} ${code}`))],
      ["Choreo mail not-tried", "Choreo orders not-tried", "Choreo stock not-tried"],
    );
    assert.ok(checks.every(({ severity, ok }) => ok || severity === "warning"));
    assert.ok(checks.every(({ code }) => code !== "key" && code !== "accepted"));
  });
});
