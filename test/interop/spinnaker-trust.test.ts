import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { Installation } from "../../components/spinnaker/installation";
import type { Issued } from "./java/issue";
import { need } from "./need";
import { BUILD_PATIENCE } from "./programs";
import { javaProgram } from "./spinnaker/programs";
import { issueSecrets } from "./spinnaker/secrets";
import { KORK_CLIENTS, type JavaService } from "./spinnaker/services";
import {
  Stage,
  TARGETS,
  accepted,
  describeInstallation,
  refused,
  type Services,
} from "./spinnaker/stage";

const GATE = "CN=gate,O=Spinnaker";
const NO_PATH = /PKIX path (building|validation) failed/;

describe("Spinnaker's services in Java, with", function () {
  this.timeout(300_000);
  let stage: Stage;
  let cas: Record<"g1" | "g2" | "other", Issued>;
  before(async function () {
    this.timeout(BUILD_PATIENCE);
    await javaProgram();
  });
  before(async () => {
    stage = await Stage.begin();
    const { workshop } = stage;
    cas = {
      g1: await workshop.ca("g1"),
      g2: await workshop.ca("g2"),
      other: await workshop.ca("other"),
    };
  });
  after(() => Stage.end(stage));

  type CaName = keyof typeof cas;
  const issued = (
    installed: Installation,
    authority: readonly CaName[],
    signing: CaName,
    others: readonly CaName[] = [],
  ) =>
    issueSecrets(stage.workshop, installed, {
      authority: authority.map((name) => cas[name]),
      signing: cas[signing],
      others: others.map((name) => cas[name]),
    });

  describe("additional listeners of Gate:", () => {
    let [api, legacy] = [0, 0];
    let gate: JavaService;
    /** Java shows its certificate only if the server names its CA, which is not the case for one of them. */
    let callers: Record<"known" | "silent", JavaService>;

    before(async () => {
      [api, legacy] = [await freePort(), await freePort()];
      const installed = describeInstallation("operator", "need", {
        gate: { apiPort: api, legacyPort: legacy },
        orca: {},
      });
      const secrets = await issued(installed, ["g1"], "g1");
      gate = await stage.start("gate", installed, secrets);
      const urls = { "test.legacy": "http://localhost:8084" };
      const strange = await issued(installed, ["g1"], "other");
      callers = {
        known: await stage.start("orca", installed, secrets, urls),
        silent: await stage.start("orca", installed, strange),
      };
    });
    after(() => Promise.all([gate, ...Object.values(callers)].map((each) => each.stop())));
    const to = (port: number) => ({ url: "services.gate.baseUrl", port });

    it("the main port does not request a certificate", async () => {
      for (const caller of Object.values(callers))
        assert.equal(accepted(await caller.call(to(gate.port))), "nobody");
    });

    it("the API's port requires a certificate", async () => {
      assert.equal(accepted(await callers.known.call(to(api))), "CN=orca,O=Spinnaker");
      const answer = await callers.silent.call(to(api));
      assert.match(await stage.java.refusal(answer), /Empty client certificate chain/);
    });

    it("the legacy port speaks plain HTTP", async () => {
      const answer = await callers.known.call({ url: "test.legacy", port: legacy });
      assert.deepEqual(answer, { status: 200, body: "nobody" });
      // The main port does not.
      const plain = await callers.known.call({ url: "test.legacy", port: gate.port });
      assert.match(
        "body" in plain ? plain.body : "",
        /This combination of host and port requires TLS/,
      );
    });
  });

  for (const target of TARGETS)
    it(`CAs besides Spinnaker's, with the files for ${target}: its clients trust them, its server does not`, async () => {
      const services: Services = { echo: { trustsOthers: true }, gate: {}, orca: {} };
      const installed = describeInstallation(target, "need", services);
      const secrets = await issued(installed, ["g1"], "g1", ["other"]);
      const beyond = await issued(installed, ["g1", "other"], "other");
      const started = {
        echo: await stage.start("echo", installed, secrets),
        gate: await stage.start("gate", installed, secrets),
        orca: await stage.start("orca", installed, secrets),
        outside: await stage.start("orca", installed, beyond),
        stranger: await stage.start("gate", installed, beyond),
      };
      const { echo, gate, orca, outside, stranger } = started;
      const orcaAt = ({ port }: JavaService) => ({ url: "services.orca.baseUrl", port });
      const atEcho = { url: "services.echo.baseUrl", port: echo.port };

      for (const client of KORK_CLIENTS) {
        for (const server of [orca, outside])
          assert.equal(accepted(await echo.call(orcaAt(server), client)), "CN=echo,O=Spinnaker");
        assert.match(refused(await gate.call(orcaAt(outside), client)), NO_PATH);
        assert.equal(accepted(await gate.call(atEcho, client)), GATE);
      }
      const shown = await stranger.call(atEcho, "builder");
      assert.match(await stage.java.refusal(shown), NO_PATH);
      await Promise.all(Object.values(started).map((each) => each.stop()));
    });

  it("two generations of the CA: callers and servers with either one reach each other", async () => {
    const installed = describeInstallation("kustomize", "need", { gate: {}, orca: {} });
    const older = await issued(installed, ["g1", "g2"], "g1");
    const newer = await issued(installed, ["g1", "g2"], "g2");
    const late = await issued(installed, ["g1"], "g1");
    const servers = [
      await stage.start("orca", installed, older),
      await stage.start("orca", installed, newer),
    ];
    const callers = [
      await stage.start("gate", installed, older),
      await stage.start("gate", installed, newer),
    ];
    for (const caller of callers)
      for (const { port } of servers)
        assert.equal(accepted(await caller.call({ url: "services.orca.baseUrl", port })), GATE);
    const behind = await stage.start("gate", installed, late);
    const [old, renewed] = servers.map(({ port }) => ({ url: "services.orca.baseUrl", port }));
    assert.equal(accepted(await behind.call(need(old, "call"))), GATE);
    assert.match(refused(await behind.call(need(renewed, "call"))), NO_PATH);
  });
});

/** Finds a free port, because kork does not choose one for these listeners. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
