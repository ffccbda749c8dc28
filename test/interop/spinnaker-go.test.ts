import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivateKey } from "../../x509";
import type { Phase } from "../../components/spinnaker/phase";
import type { TargetKind } from "../../components/spinnaker/service-table";
import type { Issued } from "./java/issue";
import { need } from "./need";
import { P256 } from "./openssl";
import { BUILD_PATIENCE } from "./programs";
import type { Container } from "./spinnaker/container";
import { dinghyProgram, javaProgram } from "./spinnaker/programs";
import { issueSecrets, type SpinnakerSecrets } from "./spinnaker/secrets";
import { Dinghy, type JavaService } from "./spinnaker/services";
import { Stage, TARGETS, accepted, describeInstallation, refused } from "./spinnaker/stage";

const DINGHY = "CN=dinghy,O=Spinnaker";
const ECHO = "CN=echo,O=Spinnaker";
const UNKNOWN = /x509: certificate signed by unknown authority/;

describe("Spinnaker's services in Go", function () {
  this.timeout(300_000);
  let stage: Stage;
  let [ca, impostor, other]: Issued[] = [];
  before(async function () {
    this.timeout(BUILD_PATIENCE);
    await Promise.all([javaProgram(), dinghyProgram()]);
  });
  before(async () => {
    stage = await Stage.begin();
    [ca, impostor, other] = [
      await stage.workshop.ca("g1"),
      await stage.workshop.ca("g1"),
      await stage.workshop.ca("other"),
    ];
  });
  after(() => Stage.end(stage));

  /** Describes an installation. The base of the kustomize target has no Dinghy, so its host must be set. */
  const installed = (target: TargetKind, phase: Phase) =>
    describeInstallation(target, phase, {
      dinghy: target === "kustomize" ? { host: "dinghy" } : {},
      echo: {},
      orca: {},
    });
  const issued = (target: TargetKind, signing = ca) =>
    issueSecrets(stage.workshop, installed(target, "want"), {
      authority: [need(ca, "CA")],
      ...(signing && { signing }),
    });

  for (const target of TARGETS)
    describe(`with the files for ${target}`, () => {
      let secrets: SpinnakerSecrets;
      let callers: Record<"echo" | "impostor" | "silent", JavaService>;
      const container = (phase: Phase) =>
        stage.container("dinghy", installed(target, phase), secrets);

      before(async () => {
        secrets = await issued(target);
        const start = async (from: SpinnakerSecrets) =>
          stage.start("echo", installed(target, "want"), from);
        callers = {
          echo: await start(secrets),
          impostor: await start(await issued(target, impostor)),
          silent: await start(await issued(target, other)),
        };
      });

      it("prepare: the server speaks plain HTTP, and so does the client", async () => {
        const dinghy = await Dinghy.begin(container("prepare"));
        const echo = await stage.start("echo", installed(target, "prepare"), secrets, {
          "test.dinghy": "http://localhost:8081",
        });
        const port = await dinghy.serve();
        assert.equal(accepted(await echo.call({ url: "test.dinghy", port })), "nobody");
        const back = { url: "services.orca.baseUrl", port: echo.port };
        assert.equal(accepted(await dinghy.call(back, "http")), "nobody");
      });

      for (const phase of ["want", "need"] as const) {
        it(`${phase}: the server identifies its callers`, async () => {
          const dinghy = await Dinghy.begin(container(phase));
          const call = { url: "armorywebhooks.forwarding.baseUrl", port: await dinghy.serve() };
          assert.equal(accepted(await callers.echo.call(call)), ECHO);

          const wrong = await callers.echo.call({ ...call, host: "orca.example" });
          assert.match(refused(wrong), /Hostname orca\.example not verified/);

          const strange = await callers.impostor.call(call);
          assert.match(await dinghy.refusal(strange), /tls: failed to verify certificate: x509: /);

          const silent = await callers.silent.call(call);
          if (phase === "need") {
            assert.match(await dinghy.refusal(silent), /tls: client didn't provide a certificate/);
          } else assert.equal(accepted(silent), "nobody");
        });

        it(`${phase}: the client shows its certificate, and Go's own client none`, async () => {
          const dinghy = await Dinghy.begin(container(phase));
          const orca = await stage.start("orca", installed(target, phase), secrets);
          const call = { url: "services.orca.baseUrl", port: orca.port };
          assert.equal(accepted(await dinghy.call(call, "http")), DINGHY);

          const own = await dinghy.call(call, "default");
          if (phase === "need") {
            assert.match(await stage.java.refusal(own), /Empty client certificate chain/);
          } else assert.equal(accepted(own), "nobody");

          const wrong = await dinghy.call({ ...call, host: "echo.example" }, "http");
          assert.match(refused(wrong), /certificate is valid for .*, not echo\.example/);
          await orca.stop();
        });
      }

      it("Go's own client finds the CA by SSL_CERT_DIR, besides the system's", async () => {
        const orca = await stage.start("orca", installed(target, "tls"), secrets);
        const outside = await stage.start(
          "orca",
          installed(target, "tls"),
          await issued(target, other),
        );
        const [toOrca, toOutside] = [orca, outside].map(({ port }) => ({
          url: "services.orca.baseUrl",
          port,
        }));
        const ask = async (variables: Record<string, string>) => {
          const dinghy = await Dinghy.begin(container("tls"), variables);
          return {
            roots: await dinghy.roots(),
            orca: await dinghy.call(need(toOrca, "call"), "default"),
            outside: await dinghy.call(need(toOutside, "call"), "default"),
          };
        };
        const empty = join(stage.folder, `${target}-empty`);
        mkdirSync(empty);
        const [as, without] = [await ask({}), await ask({ SSL_CERT_DIR: empty })];
        assert.equal(accepted(as.orca), "nobody");
        assert.match(refused(as.outside), UNKNOWN);
        assert.match(refused(without.orca), UNKNOWN);
        assert.equal(as.roots, without.roots + 1);

        // Instead of the image's bundle, whose CAs do not sign for us.
        const bundle = join(stage.folder, `${target}-bundle.pem`);
        writeFileSync(bundle, need(other, "CA").certificatePem);
        const both = await ask({ SSL_CERT_FILE: bundle });
        assert.deepEqual([accepted(both.orca), accepted(both.outside)], ["nobody", "nobody"]);
      });
    });

  it("send only their first certificate, which is enough", async () => {
    const secrets = await issued("operator");
    const chain = withKeysOf(secrets, "tls.crt", (pem) => pem + need(ca, "CA").certificatePem);
    const start = (from: SpinnakerSecrets): Container =>
      stage.container("dinghy", installed("operator", "need"), from);
    const [server, caller] = [await Dinghy.begin(start(chain)), await Dinghy.begin(start(secrets))];
    const call = { url: "services.dinghy.baseUrl", port: await server.serve() };
    const answer = await caller.call(call, "http");
    assert.equal(accepted(answer), DINGHY);
    assert.ok("certificates" in answer && answer.certificates === 1);
  });

  describe("do not accept, so it is not issued:", () => {
    const failure = async (secrets: SpinnakerSecrets) =>
      (
        await Dinghy.begin(stage.container("dinghy", installed("operator", "tls"), secrets))
      ).failure();

    it("an ECDSA key", async () => {
      const secrets = await issueSecrets(stage.workshop, installed("operator", "tls"), {
        authority: [need(ca, "CA")],
        keys: { dinghy: P256 },
      });
      assert.match(await failure(secrets), /tls: failed to find any PEM data in key input/);
    });

    it("an RSA key in PKCS#8", async () => {
      const secrets = withKeysOf(await issued("operator"), "tls.key", (pem) =>
        writePrivateKey(pem, "pkcs8", "a test's key"),
      );
      assert.match(await failure(secrets), /tls: failed to find any PEM data in key input/);
    });
  });
});

/** Changes an entry in Dinghy's own Secret. */
function withKeysOf(
  { names, data }: SpinnakerSecrets,
  key: string,
  change: (content: string) => string,
): SpinnakerSecrets {
  const own = need(names.get("dinghy"), "Secrets of Dinghy").keys;
  const content = need(data.get(own), own);
  const changed = Buffer.from(change(need(content.get(key), key).toString()));
  return { names, data: new Map(data).set(own, new Map(content).set(key, changed)) };
}
