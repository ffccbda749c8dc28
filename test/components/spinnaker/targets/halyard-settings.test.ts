import assert from "node:assert/strict";
import { PHASES } from "../../../../components/spinnaker/phase";
import { serviceSettings } from "../../../../components/spinnaker/targets/halyard";
import { makeInstallation, serviceOf } from "../make-installation";

type Args = Parameters<typeof makeInstallation>;
const orca = (settings = {}, args: Args[1] = {}) =>
  serviceOf(makeInstallation({ orca: settings }, args), "orca");
const HTTPS = {
  scheme: "https",
  baseUrl: "https://spin-orca.spinnaker:8083",
  kubernetes: { useTcpProbe: true },
};

describe("the service settings of Halyard", () => {
  it("are empty for plain HTTP, and have https with a probe that only connects from tls on", () => {
    assert.deepEqual(
      PHASES.map((phase) => serviceSettings(orca({}, { phase }), "/trust")),
      [{}, HTTPS, HTTPS, HTTPS],
    );
  });

  it("have a port only if it is not the usual one, in every phase", () => {
    assert.deepEqual(serviceSettings(orca({ port: 8083 }), "/trust"), HTTPS);
    assert.deepEqual(serviceSettings(orca({ port: 9083 }), "/trust"), {
      ...HTTPS,
      port: 9083,
      baseUrl: "https://spin-orca.spinnaker:9083",
    });
    const plain = orca({ port: 9083 }, { phase: "prepare" });
    assert.deepEqual(serviceSettings(plain, "/trust"), { port: 9083 });
  });

  it("have no base URL of Gate, to which Deck would send browsers", () => {
    const gate = serviceOf(makeInstallation({ gate: {} }), "gate");
    const { baseUrl, ...rest } = HTTPS;
    assert.deepEqual(serviceSettings(gate, "/trust"), rest);
    assert.ok(baseUrl);
  });

  it("tell Dinghy where the CAs are, as its clients have no other source", () => {
    for (const phase of PHASES) {
      const installation = makeInstallation({ dinghy: {}, terraformer: {} }, { phase });
      const envOf = (name: "dinghy" | "terraformer") =>
        serviceSettings(serviceOf(installation, name), "/trust").env;
      assert.deepEqual(envOf("dinghy"), { SSL_CERT_DIR: "/trust" });
      assert.equal(envOf("terraformer"), undefined);
    }
  });

  it("mount the Secrets that Halyard must mount, in every phase", () => {
    const mounts = [
      { secret: "spinnaker-orca-keys", directory: "/keys" },
      { secret: "spinnaker-trust", directory: "/trust" },
    ];
    const volumes = [
      { id: "spinnaker-orca-keys", mountPath: "/keys", type: "secret" },
      { id: "spinnaker-trust", mountPath: "/trust", type: "secret" },
    ];
    assert.deepEqual(serviceSettings(orca({}, { phase: "prepare" }), "/trust", mounts), {
      kubernetes: { volumes },
    });
    assert.deepEqual(serviceSettings(orca(), "/trust", mounts), {
      ...HTTPS,
      kubernetes: { useTcpProbe: true, volumes },
    });
  });
});
