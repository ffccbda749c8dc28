import assert from "node:assert/strict";
import {
  CORE_SERVICES,
  SERVICE_NAMES,
  answering,
  isServiceName,
  kindOf,
} from "../../../components/spinnaker/service-table";

describe("the table of services", () => {
  it("has each service on its port in Halyard and the kustomize base", () => {
    const usual = SERVICE_NAMES.filter((name) => kindOf(name).variantOf === undefined);
    assert.deepEqual(Object.fromEntries(usual.map((name) => [name, kindOf(name).port])), {
      clouddriver: 7002,
      dinghy: 8081,
      echo: 8089,
      fiat: 7003,
      front50: 8080,
      gate: 8084,
      igor: 8088,
      kayenta: 8090,
      keel: 7010,
      orca: 8083,
      rosco: 8087,
      terraformer: 7088,
    });
    const ports = usual.map((name) => kindOf(name).port);
    assert.equal(new Set(ports).size, ports.length);
  });

  it("gives a variant everything of its service, except on targets without variants", () => {
    const variants = SERVICE_NAMES.filter((name) => kindOf(name).variantOf !== undefined);
    assert.deepEqual(
      variants.map((name) => [name, kindOf(name).variantOf]),
      [
        ["clouddriver-caching", "clouddriver"],
        ["clouddriver-ro", "clouddriver"],
        ["clouddriver-ro-deck", "clouddriver"],
        ["clouddriver-rw", "clouddriver"],
        ["echo-scheduler", "echo"],
        ["echo-worker", "echo"],
      ],
    );
    for (const name of variants) {
      const { variantOf = "", uncalled, ...variant } = kindOf(name);
      assert.ok(isServiceName(variantOf));
      assert.deepEqual(variant, { ...kindOf(variantOf), targets: ["operator", "halyard"] });
      assert.equal(uncalled ?? false, /caching|scheduler/.test(name));
    }
  });

  it("is in alphabetical order, without calls to unknown services or to the service itself", () => {
    assert.deepEqual(SERVICE_NAMES, [...SERVICE_NAMES].sort());
    for (const name of SERVICE_NAMES) {
      const { calls } = kindOf(name);
      assert.deepEqual(calls, [...new Set(calls)].sort(), name);
      assert.ok(
        calls.every((callee) => isServiceName(callee) && callee !== name),
        name,
      );
    }
  });

  it("marks services that nobody calls: Gate, and those that work on their own", () => {
    const called = new Set(SERVICE_NAMES.flatMap((name) => kindOf(name).calls).flatMap(answering));
    const uncalled = SERVICE_NAMES.filter((name) => kindOf(name).uncalled);
    assert.deepEqual(uncalled, ["clouddriver-caching", "echo-scheduler", "gate"]);
    assert.deepEqual(
      SERVICE_NAMES.filter((name) => !called.has(name)),
      uncalled,
    );
  });

  it("has two services in Go", () => {
    const inGo = SERVICE_NAMES.filter((name) => kindOf(name).language === "go");
    assert.deepEqual(inGo, ["dinghy", "terraformer"]);
  });

  it("has the services of every installation on every target", () => {
    const everywhere = SERVICE_NAMES.filter((name) => kindOf(name).targets.length === 3);
    assert.deepEqual(
      everywhere.filter((name) => name !== "kayenta"),
      CORE_SERVICES,
    );
    assert.deepEqual(kindOf("keel").targets, ["kustomize"]);
    assert.deepEqual(kindOf("dinghy").targets, ["operator", "halyard"]);
  });

  it("recognizes its services, but not properties of an object", () => {
    assert.equal(isServiceName("orca"), true);
    for (const name of ["deck", "Orca", "constructor", "__proto__", ""])
      assert.equal(isServiceName(name), false, name);
  });

  it("returns the services that answer for a service", () => {
    assert.deepEqual(answering("orca"), ["orca"]);
    assert.deepEqual(answering("echo"), ["echo", "echo-worker"]);
    assert.deepEqual(answering("clouddriver"), [
      "clouddriver",
      "clouddriver-ro",
      "clouddriver-ro-deck",
      "clouddriver-rw",
    ]);
  });
});
