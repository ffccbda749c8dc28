import assert from "node:assert/strict";
import { baseUrl, callersOf, serviceNamed } from "../../../components/spinnaker/installation";
import { PHASES } from "../../../components/spinnaker/phase";
import { exceptions, makeInstallation, serviceOf } from "./make-installation";

const SPIN_ORCA = [
  "spin-orca",
  "spin-orca.spinnaker",
  "spin-orca.spinnaker.svc",
  "spin-orca.spinnaker.svc.cluster.local",
];

describe("an installation", () => {
  it("derives everything about a service from the description", () => {
    const { services, ...rest } = makeInstallation({ orca: {}, gate: {}, echo: {}, rosco: {} });
    assert.deepEqual(rest, { target: "operator", namespace: "spinnaker" });
    assert.deepEqual(
      services.map(({ name }) => name),
      ["echo", "gate", "orca", "rosco"],
    );
    assert.deepEqual(serviceNamed({ services }, "orca"), {
      name: "orca",
      language: "java",
      phase: "tls",
      host: "spin-orca.spinnaker",
      port: 8083,
      dnsNames: [...SPIN_ORCA, "localhost"],
      clientCertificate: true,
      apiPort: undefined,
      legacyPort: undefined,
      calls: ["echo", "rosco"],
      trustsOthers: undefined,
    });
  });

  it("keeps the settings of a service", () => {
    const said = { port: 9084, apiPort: 8085, legacyPort: 8086, trustsOthers: false };
    const gate = serviceOf(
      makeInstallation({ gate: { ...said, clientCertificate: false } }),
      "gate",
    );
    assert.deepEqual({ ...gate, ...said, clientCertificate: false }, gate);
  });
});

describe("the host of a service", () => {
  const namesOf = (host?: string, args = {}, dnsNames: readonly string[] = []) => {
    const { host: dialled, dnsNames: names } = serviceOf(
      makeInstallation({ orca: { host, dnsNames } }, args),
      "orca",
    );
    return [dialled, names];
  };

  it("begins with spin- with the Operator and Halyard, and includes its namespace", () => {
    for (const target of ["operator", "halyard"] as const)
      assert.deepEqual(namesOf(undefined, { target }), [
        "spin-orca.spinnaker",
        [...SPIN_ORCA, "localhost"],
      ]);
  });

  it("is only its name in the kustomize base", () => {
    assert.deepEqual(namesOf(undefined, { target: "kustomize", namespace: "spin" }), [
      "orca",
      ["orca", "orca.spin", "orca.spin.svc", "orca.spin.svc.cluster.local", "localhost"],
    ]);
  });

  it("is the configured one, with the Service's other names if it is in this namespace", () => {
    for (const host of ["spin-orca", "spin-orca.spinnaker"])
      assert.deepEqual(namesOf(host), [host, [...SPIN_ORCA, "localhost"]]);
    for (const host of ["spin-orca.elsewhere", "spin-orca.spinnaker.svc", "orca.example"])
      assert.deepEqual(namesOf(host), [host, [host, "localhost"]]);
  });

  it("is not the only name in its certificate if there are others, each once", () => {
    const [, names] = namesOf("orca.example", {}, ["orca.example", "orca.internal", "localhost"]);
    assert.deepEqual(names, ["orca.example", "localhost", "orca.internal"]);
  });

  it("is unknown if the target does not have the service", () => {
    const keel = serviceOf(makeInstallation({ keel: { dnsNames: ["keel.example"] } }), "keel");
    assert.deepEqual([keel.host, keel.dnsNames], [undefined, ["keel.example"]]);
    const { host } = serviceOf(makeInstallation({ dinghy: {} }, { target: "kustomize" }), "dinghy");
    assert.equal(host, undefined);
  });
});

describe("the phase of a service", () => {
  const phasesOf = (...args: Parameters<typeof makeInstallation>) =>
    Object.fromEntries(makeInstallation(...args).services.map(({ name, phase }) => [name, phase]));

  it("is that of all, but at most tls for Gate by default", () => {
    const expected = { prepare: "prepare", tls: "tls", want: "tls", need: "tls" } as const;
    for (const phase of PHASES)
      assert.deepEqual(phasesOf({ orca: {}, gate: {} }, { phase }), {
        gate: expected[phase],
        orca: phase,
      });
  });

  it("may be another one, further or less far", () => {
    const said = exceptions({ gate: "want", orca: "prepare", echo: "need" });
    assert.deepEqual(
      phasesOf({ orca: {}, gate: {}, echo: {}, rosco: {} }, { phase: "want", exceptions: said }),
      { gate: "want", orca: "prepare", echo: "need", rosco: "want" },
    );
  });
});

describe("the calls of a service", () => {
  const callsOf = (...args: Parameters<typeof makeInstallation>) =>
    makeInstallation(...args).services;

  it("are the usual ones among the deployed services, and configured ones", () => {
    const found = callsOf({
      rosco: { calls: ["kayenta", "clouddriver", "rosco", "keel"] },
      kayenta: {},
      clouddriver: {},
      orca: {},
    });
    assert.deepEqual(serviceNamed({ services: found }, "rosco")?.calls, ["clouddriver", "kayenta"]);
    assert.deepEqual(serviceNamed({ services: found }, "kayenta")?.calls, []);
  });

  it("reach the services that replace a highly available one, but not those that nobody calls", () => {
    const found = callsOf({
      "clouddriver-caching": {},
      "clouddriver-ro": {},
      "clouddriver-ro-deck": {},
      "clouddriver-rw": {},
      "echo-scheduler": {},
      "echo-worker": {},
      orca: {},
    });
    const answer = ["clouddriver-ro", "clouddriver-ro-deck", "clouddriver-rw", "echo-worker"];
    assert.deepEqual(serviceNamed({ services: found }, "orca")?.calls, answer);
    assert.deepEqual(serviceNamed({ services: found }, "echo-scheduler")?.calls, ["orca"]);
  });

  it("have callers, in alphabetical order", () => {
    const installation = makeInstallation({ rosco: {}, orca: {}, gate: {}, igor: {} });
    assert.deepEqual(
      callersOf(installation, "rosco").map(({ name }) => name),
      ["gate", "orca"],
    );
    assert.deepEqual(callersOf(installation, "gate"), []);
  });
});

describe("the client certificate of a service", () => {
  it("is shown by all but Dinghy, unless configured", () => {
    const shown = (clientCertificate?: boolean) =>
      makeInstallation({
        dinghy: { clientCertificate },
        terraformer: { clientCertificate },
        orca: { clientCertificate },
      })
        .services.filter((service) => service.clientCertificate)
        .map(({ name }) => name);
    assert.deepEqual(shown(), ["orca", "terraformer"]);
    assert.deepEqual(shown(true), ["dinghy", "orca", "terraformer"]);
    assert.deepEqual(shown(false), []);
  });
});

describe("the base URL of a service", () => {
  it("is https from phase tls on", () => {
    const urls = PHASES.map((phase) =>
      baseUrl(serviceOf(makeInstallation({ orca: { port: 9083 } }, { phase }), "orca")),
    );
    const https = "https://spin-orca.spinnaker:9083";
    assert.deepEqual(urls, ["http://spin-orca.spinnaker:9083", https, https, https]);
  });
});
