import assert from "node:assert/strict";
import type { Phase } from "../../../components/spinnaker/phase";
import { rollOutWarnings } from "../../../components/spinnaker/roll-out";
import { exceptions, makeInstallation } from "./make-installation";

const warnings = (
  deployed: Readonly<Record<string, Phase>>,
  ...args: Parameters<typeof makeInstallation>
) => rollOutWarnings(makeInstallation(...args), new Map(Object.entries(deployed)));

const switching = (names: string) =>
  `calls to ${names} will fail for a moment, from when the first of them changes between http and https until its last caller has rolled; certificates are not the cause`;
const UNPREPARED =
  'nothing is deployed yet, and servers will start with TLS at once: if Spinnaker is already running, deploy phase "prepare" first, so that every caller has its stores before a server needs them';

describe("a switch between http and https", () => {
  const services = { orca: {}, rosco: {} };

  it("is reported in both directions, and no other step is", () => {
    const steps = (from: Phase, phase: Phase) =>
      warnings({ orca: from, rosco: from }, services, { phase });
    assert.deepEqual(steps("prepare", "tls"), [switching("orca, rosco")]);
    assert.deepEqual(steps("prepare", "want"), [switching("orca, rosco")]);
    assert.deepEqual(steps("need", "prepare"), [switching("orca, rosco")]);
    for (const [from, to] of [
      ["prepare", "prepare"],
      ["tls", "want"],
      ["want", "need"],
      ["need", "want"],
      ["want", "tls"],
    ] as const)
      assert.deepEqual(steps(from, to), [], `${from} to ${to}`);
  });

  it("is reported only for services that make it", () => {
    const args = { phase: "tls", exceptions: exceptions({ rosco: "prepare" }) } as const;
    assert.deepEqual(warnings({ orca: "prepare", rosco: "prepare" }, services, args), [
      switching("orca"),
    ]);
    assert.deepEqual(warnings({ orca: "tls" }, services), [switching("rosco")]);
  });

  it("is reported with a hint if nothing is deployed yet", () => {
    assert.deepEqual(warnings({}, services), [switching("orca, rosco"), UNPREPARED]);
    assert.deepEqual(warnings({}, services, { phase: "prepare" }), []);
  });
});

describe("Dinghy's clients", () => {
  const services = { dinghy: { clientCertificate: true }, orca: {}, rosco: {}, front50: {} };
  const tls = (names: string) =>
    `Dinghy's clients ignore http.cacertFile (armory/dinghy since da5426ab); it finds the CA through SSL_CERT_DIR, which is set. Try its calls to ${names} with your image`;
  const need = (names: string) =>
    `The published Dinghy shows no certificate, and ${names} need one: this works only if your image differs, as services.dinghy.clientCertificate says`;
  const told = (phase: Phase, others = {}) =>
    warnings({ dinghy: phase, orca: phase, rosco: phase, front50: phase }, services, {
      phase,
      exceptions: exceptions(others),
    });

  it("are reported once their callees have TLS, and again once these need a certificate", () => {
    assert.deepEqual(told("prepare"), []);
    assert.deepEqual(told("tls"), [tls("front50, orca")]);
    assert.deepEqual(told("want"), [tls("front50, orca")]);
    assert.deepEqual(told("need"), [tls("front50, orca"), need("front50, orca")]);
    assert.deepEqual(told("want", { orca: "need" }), [tls("front50, orca"), need("orca")]);
  });

  it("are not reported without Dinghy", () => {
    assert.deepEqual(warnings({ orca: "tls" }, { orca: {} }), []);
  });
});

describe("calls to outside services", () => {
  const told = (services: Parameters<typeof makeInstallation>[0]) =>
    warnings({}, services, { phase: "prepare" });

  it("are reported for services without configured CAs", () => {
    const known = (name: string, called: string) =>
      `${name} calls ${called}, and will trust only Spinnaker's CA there: list the CAs that it needs in spinnaker.services.${name}.trust, or leave that empty if it needs none`;
    assert.deepEqual(told({ echo: {}, gate: {}, igor: {}, kayenta: {}, orca: {} }), [
      known("echo", "Slack, Google Chat, Microsoft Teams, PagerDuty, GitHub, Jira and webhooks"),
      known("gate", "its proxies, Slack and PagerDuty"),
      known(
        "igor",
        "Jenkins, Travis, GitLab, GitHub, Bitbucket, Docker registries and artifact stores",
      ),
      known("kayenta", "Prometheus, Datadog, New Relic and other metric stores"),
    ]);
  });

  it("are not reported if CAs are configured, or configured as none", () => {
    assert.deepEqual(told({ echo: { trustsOthers: true }, gate: { trustsOthers: false } }), []);
  });
});
