import assert from "node:assert/strict";
import { serviceNamed } from "../../../components/spinnaker/installation";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import type { Phase } from "../../../components/spinnaker/phase";
import { keys } from "../../unit/x509/make-keys";
import { expectFailure } from "./expect-failure";
import {
  BY_OTHER_CA,
  CA,
  OTHER_CA,
  keysSecret,
  otherCertificateOf,
  trustSecret,
} from "./make-material";
import {
  SERVICE,
  failuresOf,
  makeSpinnaker,
  setAt,
  verify,
  type Options,
  type Spinnaker,
} from "./make-spinnaker";

const CONFIG = ["spec", "spinnakerConfig"];

/** Creates a Spinnaker in which Rosco calls Clouddriver. */
const make = (phase: Phase, options: Options = {}) =>
  makeSpinnaker("operator", { phase, services: { clouddriver: {}, rosco: {} }, ...options });

/** Gives a service a certificate from another CA. */
function reissue({ installation, objects }: Spinnaker, name: ServiceName): void {
  const service = serviceNamed(installation, name);
  assert.ok(service);
  objects[`Secret/keys-${name}`] = keysSecret(service, otherCertificateOf(service, BY_OTHER_CA));
}

const phaseOf = async (spinnaker: Spinnaker, name: ServiceName) =>
  (await verify(spinnaker)).find(
    ({ party, code }) => party === `Spinnaker ${name}` && code === "phase",
  )?.message;

describe("calls between services", () => {
  const foreign: [Phase, "accepted" | "prepared", string][] = [
    ["tls", "prepared", "phase tls; want is blocked by rosco, whose handshake failed above"],
    ["want", "accepted", "phase want; need is blocked by rosco, whose handshake failed above"],
    ["need", "accepted", "phase need, the last"],
  ];
  for (const [phase, code, said] of foreign) {
    it(`with a certificate from another CA fail in phase ${phase}`, async () => {
      const spinnaker = make(phase);
      reissue(spinnaker, "rosco");
      expectFailure(
        await failuresOf(spinnaker),
        "Spinnaker clouddriver",
        code,
        /^rosco is refused: UNABLE_TO_[A-Z_]+\.$/,
      );
      assert.equal(await phaseOf(spinnaker, "clouddriver"), `in ${said}`);
    });
  }

  for (const [phase, code] of [
    ["prepare", "prepared"],
    ["tls", "accepted"],
  ] as const) {
    it(`to a server that they do not trust fail in phase ${phase}`, async () => {
      const spinnaker = make(phase);
      reissue(spinnaker, "clouddriver");
      const failures = await failuresOf(spinnaker);
      const message = /^rosco refuses it as spin-clouddriver\.ns: UNABLE_TO_[A-Z_]+\.$/;
      expectFailure(failures, "Spinnaker clouddriver", code, message);
      assert.match(
        (await phaseOf(spinnaker, "clouddriver")) ?? "",
        /is blocked by the failed checks above, and by rosco, whose handshake failed above$/,
      );
    });
  }

  it("by a name that is not in the certificate fail", async () => {
    const spinnaker = make("tls");
    const path = [...CONFIG, "service-settings", "clouddriver", "baseUrl"];
    setAt(spinnaker.objects[SERVICE], path, "https://clouddriver.example:7002");
    const failures = await failuresOf(spinnaker);
    expectFailure(
      failures,
      "Spinnaker clouddriver",
      "names",
      /rosco would dial clouddriver\.example, but its certificate is for "spin-clouddriver", /,
    );
    expectFailure(
      failures,
      "Spinnaker clouddriver",
      "accepted",
      /^rosco refuses it as clouddriver\.example: ERR_TLS_CERT_ALTNAME_INVALID\.$/,
    );
  });

  it("by a caller that shows no certificate are cut off in need, and only there", async () => {
    const services = { clouddriver: {}, rosco: { clientCertificate: false } };
    expectFailure(
      await failuresOf(make("need", { services })),
      "Spinnaker clouddriver",
      "accepted",
      /^rosco shows no certificate, and is cut off\.$/,
    );
    const wanting = make("want", { services });
    assert.deepEqual(await failuresOf(wanting), []);
    assert.match(
      (await phaseOf(wanting, "clouddriver")) ?? "",
      /^in phase want; need is blocked because .*rosco.*clientCertificate/,
    );
  });

  it("by a caller whose own files fail are named", async () => {
    const spinnaker = make("want");
    const path = [...CONFIG, "profiles", "rosco", "ok-http-client"];
    setAt(spinnaker.objects[SERVICE], path, {});
    const failures = await failuresOf(spinnaker);
    expectFailure(failures, "Spinnaker clouddriver", "accepted", /^rosco has no working client\.$/);
  });

  it("by strangers are found: a server that trusts their CA accepts them", async () => {
    const spinnaker = make("need");
    spinnaker.objects["Secret/trust"] = trustSecret([CA, OTHER_CA]);
    reissue(spinnaker, "rosco");
    const failures = await failuresOf(spinnaker);
    assert.ok(!failures.some(({ code }) => code === "accepted"));
    expectFailure(
      failures,
      "Spinnaker clouddriver",
      "trust-store",
      /certificates that it signs are accepted/,
    );
  });

  it("without a certificate are found if a server accepts them although the stack requires one", async () => {
    const spinnaker = make("need");
    const path = [...CONFIG, "profiles", "clouddriver", "server", "ssl", "client-auth"];
    setAt(spinnaker.objects[SERVICE], path, "want");
    const checks = await verify(spinnaker);
    expectFailure(
      checks.filter(({ ok }) => !ok),
      "Spinnaker clouddriver",
      "drift",
      /its settings are those of phase want, but the stack has it in need\.$/,
    );
    const open = checks.find(({ code }) => code === "accepts-no-certificate");
    assert.equal(open?.party, "Spinnaker clouddriver");
  });

  it("to a server that cannot start are not tried", async () => {
    const spinnaker = make("want");
    const clouddriver = serviceNamed(spinnaker.installation, "clouddriver");
    assert.ok(clouddriver);
    const strange = otherCertificateOf(clouddriver, { keys: keys("otherP256") });
    spinnaker.objects["Secret/keys-clouddriver"] = keysSecret(clouddriver, strange);
    const failures = await failuresOf(spinnaker);
    assert.ok(failures.some(({ party }) => party === "Spinnaker clouddriver"));
    assert.ok(!failures.some(({ party }) => party === "Spinnaker rosco"));
  });
});

describe("the phase of a service", () => {
  it("goes no further than want for Gate", async () => {
    const services = { gate: { apiPort: 8085 } };
    const exceptions = new Map([["gate", "want"] as const]);
    const spinnaker = make("want", { services, exceptions });
    assert.match(
      (await phaseOf(spinnaker, "gate")) ?? "",
      /^in phase want; need is blocked because Gate's main port .*apiPort/,
    );
  });

  it("is reported with a second listener that speaks plain HTTP", async () => {
    const services = { orca: { legacyPort: 9083 } };
    assert.equal(
      await phaseOf(make("want", { services }), "orca"),
      "in phase want, and port 9083 still speaks plain HTTP with anybody; nothing blocks need",
    );
  });

  it("is blocked by callers whose settings cannot be read", async () => {
    const spinnaker = make("want");
    setAt(spinnaker.objects[SERVICE], [...CONFIG, "profiles", "rosco", "server", "ssl"], {
      enabled: true,
      "client-auth": "always",
    });
    assert.match(
      (await phaseOf(spinnaker, "clouddriver")) ?? "",
      /need is blocked by rosco, whose settings cannot be read/,
    );
  });
});
