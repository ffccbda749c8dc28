import assert from "node:assert/strict";
import { urlProperties, withProperties } from "../../../components/spinnaker/profiles";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { exceptions, makeInstallation, serviceOf, type Services } from "./make-installation";

describe("the URLs in a service's own profile", () => {
  const everything: Services = {
    "echo-worker": {},
    dinghy: {},
    echo: {},
    gate: {},
    igor: {},
    keel: { host: "keel" },
    orca: {},
    terraformer: {},
  };
  const urlsOf = (caller: ServiceName, all: boolean, args = {}) => {
    const installation = makeInstallation(everything, args);
    return Object.fromEntries(
      urlProperties(serviceOf(installation, caller), installation, all).map(([path, url]) => [
        path.join("."),
        url,
      ]),
    );
  };

  it("are only those that its target does not set", () => {
    const dinghy = { "armorywebhooks.forwarding.baseUrl": "https://spin-dinghy.spinnaker:8081" };
    const terraformer = {
      "services.terraformer.baseUrl": "https://spin-terraformer.spinnaker:7088",
    };
    const keel = { "keel.baseUrl": "https://keel:7010" };
    assert.deepEqual(urlsOf("echo", false), { ...dinghy, ...keel });
    assert.deepEqual(urlsOf("echo-worker", false), { ...dinghy, ...keel });
    assert.deepEqual(urlsOf("gate", false), terraformer);
    assert.deepEqual(urlsOf("orca", false), terraformer);
    assert.deepEqual(urlsOf("igor", false), keel);
    assert.deepEqual(urlsOf("dinghy", false), {});
  });

  it("are all of them if the target sets none, each once", () => {
    const expected = {
      "services.echo.baseUrl": "https://spin-echo.spinnaker:8089",
      "services.echo-worker.baseUrl": "https://spin-echo-worker.spinnaker:8089",
      "services.igor.baseUrl": "https://spin-igor.spinnaker:8088",
      "services.keel.baseUrl": "https://keel:7010",
      "services.orca.baseUrl": "https://spin-orca.spinnaker:8083",
      "services.terraformer.baseUrl": "https://spin-terraformer.spinnaker:7088",
    };
    assert.deepEqual(urlsOf("gate", true), expected);
  });

  it("do not include services that still speak plain HTTP", () => {
    const said = exceptions({ orca: "prepare", terraformer: "prepare" });
    assert.deepEqual(Object.keys(urlsOf("gate", true, { exceptions: said })), [
      "services.echo.baseUrl",
      "services.echo-worker.baseUrl",
      "services.igor.baseUrl",
      "services.keel.baseUrl",
    ]);
    assert.deepEqual(urlsOf("gate", true, { phase: "prepare" }), {});
  });
});

describe("properties in a tree of settings", () => {
  it("are added to existing ones", () => {
    const tree = { server: { ssl: { enabled: true } }, keel: "none" };
    assert.deepEqual(
      withProperties(tree, [
        [["services", "orca", "baseUrl"], "https://orca"],
        [["services", "echo", "baseUrl"], "https://echo"],
        [["keel", "baseUrl"], "https://keel"],
      ]),
      {
        ...tree,
        services: { orca: { baseUrl: "https://orca" }, echo: { baseUrl: "https://echo" } },
        keel: { baseUrl: "https://keel" },
      },
    );
  });

  it("leave it unchanged if there are none", () => {
    const tree = { server: {} };
    assert.equal(withProperties(tree, []), tree);
  });
});
