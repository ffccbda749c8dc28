import assert from "node:assert/strict";
import { goodExcept, problemsOf } from "./make-config";
import { refusesSpinnaker, spinnakerWith } from "./make-spinnaker";

const SHOWS_NONE =
  "Dinghy reads http.clientCertFile but has not shown it since March 2021 (armory/dinghy da5426ab). If you have verified that your image shows it, set spinnaker.services.dinghy.clientCertificate: true";
const PHASES = "must be one of prepare, tls, want, need";

describe("a phase of Spinnaker", () => {
  refusesSpinnaker([
    ["none", { phase: undefined }, `phase: is missing; it ${PHASES}`],
    ["an unknown one", { phase: "must" }, `phase: found "must"; ${PHASES}`],
    [
      "an exception with an unknown phase",
      { "exceptions/orca": "off" },
      `exceptions.orca: found "off"; ${PHASES}`,
    ],
    [
      "the last one for Gate's main port",
      { "exceptions/gate": "need" },
      'exceptions.gate: Gate\'s main port is used by browsers and load balancers, which have no certificate: leave it at "tls" or "want", and let machines use a second listener, which always requires a certificate (spinnaker.services.gate.apiPort)',
    ],
    [
      "the last one while a caller shows no certificate, once for all services that it calls",
      {
        phase: "need",
        services: { orca: {}, clouddriver: {}, fiat: {}, echo: { clientCertificate: false } },
      },
      'phase: "need" would cut echo off from fiat, orca: echo has no certificate to show (spinnaker.services.echo.clientCertificate is false). Set that to true, or keep spinnaker.exceptions: { fiat: want, orca: want }',
    ],
    [
      "the last one for the services that Dinghy calls",
      { phase: "need", services: { orca: {}, echo: {}, rosco: {}, dinghy: {} } },
      `phase: "need" would cut dinghy off from echo, orca: ${SHOWS_NONE}, or keep spinnaker.exceptions: { echo: want, orca: want }`,
    ],
    [
      "the last one as an exception, at the exception's key",
      { services: { orca: {}, echo: {}, dinghy: {} }, exceptions: { orca: "need" } },
      `exceptions.orca: "need" would cut dinghy off from orca: ${SHOWS_NONE}, or keep spinnaker.exceptions: { orca: want }`,
    ],
    [
      "a caller that shows no certificate and calls through a plugin",
      {
        services: {
          rosco: { calls: ["kayenta"], clientCertificate: false },
          kayenta: {},
        },
        exceptions: { kayenta: "need" },
      },
      'exceptions.kayenta: "need" would cut rosco off from kayenta: rosco has no certificate to show (spinnaker.services.rosco.clientCertificate is false). Set that to true, or keep spinnaker.exceptions: { kayenta: want }',
    ],
  ]);

  it("may be the last one for all, since Gate stays at an earlier one", () => {
    assert.deepEqual(problemsOf(goodExcept(spinnakerWith({ phase: "need" }))), []);
  });

  it("may be the last one if Dinghy has been verified to show its certificate", () => {
    const services = { orca: {}, dinghy: { clientCertificate: true } };
    assert.deepEqual(problemsOf(goodExcept(spinnakerWith({ phase: "need", services }))), []);
  });
});
