import assert from "node:assert/strict";
import type { Installation } from "../../components/spinnaker/installation";
import type { Phase } from "../../components/spinnaker/phase";
import type { TargetKind } from "../../components/spinnaker/service-table";
import { run } from "./process";
import { BUILD_PATIENCE } from "./programs";
import type { Answer } from "./spinnaker/conversation";
import { javaProgram } from "./spinnaker/programs";
import { RSA_2048, issueSecrets, type SpinnakerSecrets } from "./spinnaker/secrets";
import { KORK_CLIENTS, type Call, type JavaService, type Response } from "./spinnaker/services";
import { Stage, TARGETS, accepted, describeInstallation, refused } from "./spinnaker/stage";

const GATE = "CN=gate,O=Spinnaker";
/** Servers with both kinds of keys: Orca has an ECDSA key, Front50 an RSA key. */
const SERVERS = ["orca", "front50"] as const;

const NO_PATH = /PKIX path (building|validation) failed/;
const NO_CERTIFICATE = /Empty client certificate chain/;

describe("Spinnaker's services in Java", function () {
  this.timeout(300_000);
  let stage: Stage;
  before(async function () {
    this.timeout(BUILD_PATIENCE);
    await javaProgram();
  });
  before(async () => void (stage = await Stage.begin()));
  after(() => Stage.end(stage));

  for (const target of TARGETS)
    describe(`with the files for ${target}`, () => {
      testTarget(() => stage, target);
    });
});

interface Callers {
  /** A caller with the stack's certificate. */
  readonly gate: JavaService;
  /** A caller with a certificate from another CA with the same name as the stack's. */
  readonly impostor: JavaService;
  /** A caller with a certificate from a CA with another name. */
  readonly foreign: JavaService;
  /** A caller with the stack's certificate, but another trust store. */
  readonly distrustful: JavaService;
}

function testTarget(stage: () => Stage, target: TargetKind): void {
  let secrets: SpinnakerSecrets;
  let callers: Callers;

  const installed = (phase: Phase) =>
    describeInstallation(target, phase, {
      echo: { clientCertificate: false },
      front50: {},
      gate: {},
      orca: {},
    });
  const start = (name: "echo" | "front50" | "gate" | "orca", at: Installation) =>
    stage().start(name, at, secrets);

  before(async () => {
    const { workshop } = stage();
    const [ca, impostor, foreign] = [
      await workshop.ca("g1"),
      await workshop.ca("g1"),
      await workshop.ca("foreign"),
    ];
    const want = installed("want");
    secrets = await issueSecrets(workshop, want, {
      authority: [ca],
      keys: { front50: RSA_2048, gate: RSA_2048 },
    });
    const gateOf = async (authority: typeof ca, signing: typeof ca) =>
      stage().start(
        "gate",
        want,
        await issueSecrets(workshop, want, { authority: [authority], signing }),
      );
    callers = {
      gate: await start("gate", want),
      impostor: await gateOf(ca, impostor),
      foreign: await gateOf(ca, foreign),
      distrustful: await gateOf(foreign, ca),
    };
  });

  it("prepare: servers speak plain HTTP, and callers are ready for TLS", async () => {
    const orca = await start("orca", installed("prepare"));
    const gate = await start("gate", installed("prepare"));
    const call = { url: "services.orca.baseUrl", port: orca.port };
    for (const client of KORK_CLIENTS)
      assert.deepEqual(await gate.call(call, client), { status: 200, body: "nobody" });

    const next = await start("orca", installed("need"));
    const url = { "services.orca.baseUrl": "https://localhost:8083" };
    const ready = await stage().start("gate", installed("prepare"), secrets, url);
    for (const client of KORK_CLIENTS)
      assert.equal(accepted(await ready.call({ ...call, port: next.port }, client)), GATE);
    await Promise.all([orca, gate, next, ready].map((each) => each.stop()));
  });

  for (const phase of ["tls", "want", "need"] as const)
    describe(phase, () => {
      testPhase(
        stage,
        phase,
        () => callers,
        (name) => start(name, installed(phase)),
      );
    });
}

function testPhase(
  stage: () => Stage,
  phase: "tls" | "want" | "need",
  callers: () => Callers,
  start: (name: "echo" | "front50" | "orca") => Promise<JavaService>,
): void {
  const servers = new Map<(typeof SERVERS)[number], JavaService>();
  before(async () => {
    for (const name of SERVERS) servers.set(name, await start(name));
  });
  after(() => Promise.all([...servers.values()].map((server) => server.stop())));

  const to = (server: (typeof SERVERS)[number]): Call => ({
    url: `services.${server}.baseUrl`,
    port: servers.get(server)?.port ?? 0,
  });
  const refusal = (answer: Answer<Response>) => stage().java.refusal(answer);

  it(`identifies a caller ${phase === "tls" ? "as nobody" : "by its certificate"}`, async () => {
    for (const server of SERVERS)
      for (const client of KORK_CLIENTS) {
        const answer = await callers().gate.call(to(server), client);
        assert.equal(accepted(answer), phase === "tls" ? "nobody" : GATE);
        assert.ok("suite" in answer && answer.suite === "TLS_AES_128_GCM_SHA256");
      }
  });

  it(`${phase === "need" ? "refuses" : "accepts"} a caller without a certificate`, async () => {
    const echo = await start("echo");
    for (const client of KORK_CLIENTS) {
      const answer = await echo.call(to("orca"), client);
      if (phase === "need") {
        assert.match(await refusal(answer), NO_CERTIFICATE);
      } else assert.equal(accepted(answer), "nobody");
    }
    await echo.stop();
  });

  if (phase !== "tls") {
    it("refuses a caller with a certificate from another CA with the same name", async () => {
      for (const client of KORK_CLIENTS) {
        const answer = await callers().impostor.call(to("orca"), client);
        assert.match(await refusal(answer), NO_PATH);
      }
    });

    it("refuses a caller with a certificate from another CA, if it shows it", async () => {
      const shown = await callers().foreign.call(to("orca"), "builder");
      assert.match(await refusal(shown), NO_PATH);
      // Unlike kork's key manager, Java itself shows no certificate that the server would not accept.
      const kept = await callers().foreign.call(to("orca"), "provider");
      if (phase === "need") {
        assert.match(await refusal(kept), NO_CERTIFICATE);
      } else assert.equal(accepted(kept), "nobody");
    });
  }

  it("is refused by a caller that trusts another CA", async () => {
    for (const client of KORK_CLIENTS) {
      const answer = await callers().distrustful.call(to("orca"), client);
      assert.match(refused(answer), NO_PATH);
    }
  });

  it("is refused under another name", async () => {
    for (const client of KORK_CLIENTS) {
      const answer = await callers().gate.call({ ...to("orca"), host: "fiat.example" }, client);
      assert.match(refused(answer), /Hostname fiat\.example not verified/);
    }
  });

  if (phase === "tls")
    it("supports only kork's cipher suites, which are fewer than Java's", async () => {
      const offer = async (suite: string) =>
        run("openssl", [
          ...["s_client", "-connect", `127.0.0.1:${to("orca").port}`],
          ...["-tls1_2", "-cipher", suite],
        ]);
      const own = await offer("ECDHE-ECDSA-AES128-GCM-SHA256");
      assert.match(own.stdout, /Cipher is ECDHE-ECDSA-AES128-GCM-SHA256/);
      const other = await offer("ECDHE-ECDSA-AES128-SHA256");
      assert.match(other.stderr, /alert handshake failure/);
    });
}
