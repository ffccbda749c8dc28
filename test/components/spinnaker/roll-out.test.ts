import assert from "node:assert/strict";
import type { Phase } from "../../../components/spinnaker/phase";
import { jumps, phaseProblems, together } from "../../../components/spinnaker/roll-out";
import { exceptions, makeInstallation } from "./make-installation";

const GATE =
  'Gate\'s main port is used by browsers and load balancers, which have no certificate: leave it at "tls" or "want", and let machines use a second listener, which always requires a certificate (spinnaker.services.gate.apiPort)';
const NO_CERTIFICATE =
  "echo has no certificate to show (spinnaker.services.echo.clientCertificate is false). Set that to true, or keep spinnaker.exceptions:";
const DINGHY =
  "Dinghy reads http.clientCertFile but has not shown it since March 2021 (armory/dinghy da5426ab). If you have verified that your image shows it, set spinnaker.services.dinghy.clientCertificate: true, or keep spinnaker.exceptions:";

/** Problems of the installation itself, with their services. */
const problemsOf = (...args: Parameters<typeof makeInstallation>) =>
  phaseProblems(makeInstallation(...args)).map(({ service, message }) => [service, message]);

describe("a problem of an installation itself", () => {
  it("does not exist before a certificate is needed", () => {
    const services = { gate: {}, orca: {}, dinghy: {}, echo: { clientCertificate: false } };
    for (const phase of ["prepare", "tls", "want"] as const)
      assert.deepEqual(problemsOf(services, { phase }), []);
  });

  it("is Gate's main port if it needs a certificate", () => {
    assert.deepEqual(problemsOf({ gate: {} }, { exceptions: exceptions({ gate: "need" }) }), [
      ["gate", GATE],
    ]);
  });

  it("is a caller that would be cut off", () => {
    const services = { orca: {}, fiat: {}, echo: { clientCertificate: false }, dinghy: {} };
    const dinghy = (name: string) =>
      `"need" would cut dinghy off from ${name}: ${DINGHY} { ${name}: want }`;
    const echo = (name: string) =>
      `"need" would cut echo off from ${name}: ${NO_CERTIFICATE} { ${name}: want }`;
    assert.deepEqual(problemsOf(services, { phase: "need" }), [
      ["dinghy", echo("dinghy")],
      ["echo", dinghy("echo")],
      ["fiat", dinghy("fiat")],
      ["fiat", echo("fiat")],
      ["orca", dinghy("orca")],
      ["orca", echo("orca")],
    ]);
  });

  it("does not exist if all callers have a certificate", () => {
    assert.deepEqual(problemsOf({ rosco: {}, dinghy: {} }, { phase: "need" }), []);
    const proved = { orca: {}, dinghy: { clientCertificate: true } };
    assert.deepEqual(problemsOf(proved, { phase: "need" }), []);
  });
});

describe("a change that must not follow what is deployed", () => {
  const deployed = (phases: Readonly<Record<string, Phase>>) => new Map(Object.entries(phases));
  const found = (
    phases: Readonly<Record<string, Phase>>,
    ...args: Parameters<typeof makeInstallation>
  ) => together(jumps(makeInstallation(...args), deployed(phases)));
  const services = { orca: {}, echo: {}, rosco: {} };
  const need = { phase: "need" } as const;
  const jump = (names: string, how: string, keep: string) =>
    `"need" skips a phase for ${names}, ${how}: callers whose certificates are not accepted would be cut off. Deploy "want" first, let \`countersign verify\` try each caller, and then set "need"; or for now set spinnaker.exceptions: { ${keep} }`;

  it("is a jump to need from before want, reported once for all services in the same phase", () => {
    assert.deepEqual(found({ orca: "tls", echo: "prepare", rosco: "tls" }, services, need), [
      { services: ["echo"], message: jump("echo", "deployed in phase prepare", "echo: want") },
      {
        services: ["orca", "rosco"],
        message: jump("orca, rosco", "deployed in phase tls", "orca: want, rosco: want"),
      },
    ]);
  });

  it("is a jump to need from nothing", () => {
    assert.deepEqual(found({}, { rosco: {} }, need), [
      { services: ["rosco"], message: jump("rosco", "not deployed yet", "rosco: want") },
    ]);
  });

  it("is a caller that gets its certificate only now", () => {
    assert.deepEqual(
      found(
        { orca: "want", rosco: "need" },
        { ...services, rosco: {} },
        {
          exceptions: exceptions({ orca: "need", rosco: "need" }),
          phase: "want",
        },
      ),
      [
        {
          services: ["orca"],
          message:
            "echo calls orca but gets its certificate only with this update, perhaps after they refuse it: until echo is deployed, keep spinnaker.exceptions: { orca: want }",
        },
      ],
    );
  });

  it("is not the step from want, no step, or a step back", () => {
    for (const phase of ["want", "need"] as const)
      assert.deepEqual(found({ orca: phase, echo: phase, rosco: phase }, services, need), []);
    for (const phase of ["prepare", "tls", "want"] as const)
      assert.deepEqual(
        found({ orca: "need", echo: "need", rosco: "need" }, services, { phase }),
        [],
      );
  });

  it("is not a jump before need, as nobody is refused then", () => {
    assert.deepEqual(found({ orca: "prepare" }, services, { phase: "want" }), []);
  });

  it("is not a removed service", () => {
    assert.deepEqual(found({ orca: "want", keel: "prepare" }, { orca: {} }, need), []);
  });
});

describe("the same problem of several services", () => {
  const problem = (service: "orca" | "echo", kind: string) => ({
    service,
    message: `${kind} ${service}`,
    messageFor: (services: readonly string[]) => `${kind} ${services.join("+")}`,
  });

  it("is reported once, in the order in which it was found", () => {
    const found = together([problem("orca", "a"), problem("orca", "b"), problem("echo", "a")]);
    assert.deepEqual(found, [
      { services: ["orca", "echo"], message: "a orca+echo" },
      { services: ["orca"], message: "b orca" },
    ]);
    assert.deepEqual(together([]), []);
  });
});
