import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ADAPTER_DEFAULT,
  CIPHERS,
  RECOMMENDED,
  agree,
  findCipher,
  type Cipher,
  type TlsPolicy,
  type TlsVersion,
} from "../../components/choreo-connect/upstream-tls";
import { tlsVariables } from "../../components/choreo-connect/adapter/variables";
import { BACKENDS, buildBackends, startBackend, type BackendName } from "./choreo-connect/backends";
import { HOST, WILDCARD, certificates, type Key } from "./choreo-connect/certificates";
import { envoy, requestThrough, validate, type Answer } from "./choreo-connect/envoy";
import { routerConfig, type Upstream } from "./choreo-connect/envoy-config";
import { REASONS } from "./choreo-connect/reasons";
import { need } from "./need";
import { stopServers, type Server } from "./process";
import { BUILD_PATIENCE } from "./programs";

const KEYS = ["RSA-2048", "ECDSA-P256"] as const satisfies readonly Key[];

/** Returns a policy with one version. */
function only(version: TlsVersion, ...ciphers: readonly (Cipher | string)[]): TlsPolicy {
  const found = ciphers.map((each) => (typeof each === "string" ? findCipher(each) : each));
  const known = found.map((cipher) => need(cipher, "such cipher"));
  return { minimum: version, maximum: version, ciphers: known };
}

/** Returns a version's name in Envoy. */
function named(version: TlsVersion): string {
  return version.replace("TLS1_", "TLSv1.").replace(/\.0$/, "");
}

/** @returns the version, by its name in Envoy. */
function accepted(answer: Answer): string {
  const { status, body, details } = answer;
  assert.deepEqual(
    { status, body, details },
    { status: 200, body: "router", details: "via_upstream" },
  );
  return answer.version;
}

/** @returns the reason why the handshake failed. */
function refused({ status, flags, details, failure }: Answer): string {
  assert.equal(status, 503);
  assert.equal(flags, "UF"); // upstream connection failure
  assert.match(details, /^upstream_reset_before_response_started\{remote_connection_failure/);
  return failure;
}

describe("Choreo Connect's router", function () {
  this.timeout(300_000);
  let folder = "";
  let issued: Awaited<ReturnType<typeof certificates>>;

  before(async function () {
    this.timeout(BUILD_PATIENCE);
    await Promise.all([envoy(), buildBackends()]);
  });
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "countersign-router-"));
    issued = await certificates(folder);
  });
  after(async () => {
    await stopServers();
    rmSync(folder, { recursive: true, force: true });
  });

  const upstream = ({ address }: { address: string }, different: Partial<Upstream>) => ({
    ...{ host: HOST, address, tls: RECOMMENDED },
    ...{ pair: issued.routers.g1, trust: { pem: issued.bundle } },
    ...different,
  });
  const request = (server: Server, different: Partial<Upstream> = {}) =>
    requestThrough(folder, upstream(server, different));

  for (const name of BACKENDS) describe(`and a backend in ${name}`, () => converse(name));

  function converse(name: BackendName): void {
    const reasons = REASONS[name];
    let servers: Readonly<Record<(typeof KEYS)[number], Server>>;
    before(async () => {
      const start = (key: Key) => startBackend(name, issued.backends[key], RECOMMENDED);
      servers = { "RSA-2048": await start("RSA-2048"), "ECDSA-P256": await start("ECDSA-P256") };
    });
    after(stopServers);

    for (const key of KEYS) {
      it(`speak TLS 1.3 with a key of ${key}`, async () => {
        const answer = await request(servers[key]);
        assert.equal(accepted(answer), "TLSv1.3");
        assert.match(answer.cipher, /^TLS_AES_/);
      });

      it(`speak TLS 1.2 with a key of ${key}, with each recommended cipher for it`, async () => {
        for (const cipher of RECOMMENDED.ciphers) {
          const answer = await request(servers[key], { tls: only("TLS1_2", cipher) });
          if (key.startsWith(cipher.authentication)) {
            assert.equal(accepted(answer), "TLSv1.2");
            assert.equal(answer.cipher, cipher.openssl);
          } else {
            assert.match(refused(answer), /HANDSHAKE_FAILURE_ON_CLIENT_HELLO/);
            await servers[key].hasSaid(reasons.cipher);
          }
        }
      });
    }

    it("accept each other, whichever generations signed their certificates", async () => {
      for (const generation of ["g1", "g2"] as const)
        for (const key of KEYS)
          accepted(await request(servers[key], { pair: issued.routers[generation] }));
    });

    it("accept each other with the CA bundle for all endpoints", async () => {
      for (const key of KEYS)
        accepted(await request(servers[key], { trust: { file: issued.global } }));
    });

    const failures: Readonly<
      Record<string, readonly [() => Partial<Upstream>, router: RegExp, backend: RegExp]>
    > = {
      "fail if they have no version in common": [
        () => ({ tls: only("TLS1_1", "ECDHE-RSA-AES128-SHA") }),
        ...([/TLSV1_ALERT_PROTOCOL_VERSION/, reasons.version] as const),
      ],
      "fail if they have no cipher in common": [
        () => ({ tls: only("TLS1_2", "AES128-GCM-SHA256", "ECDHE-RSA-AES256-SHA") }),
        ...([/HANDSHAKE_FAILURE_ON_CLIENT_HELLO/, reasons.cipher] as const),
      ],
      "fail if the backend has a certificate for another name": [
        () => ({ host: "other.example.com" }),
        ...([/CERTIFICATE_VERIFY_FAILED/, reasons.wrongName] as const),
      ],
      "fail if the router does not trust the backend's CA": [
        () => ({ trust: { pem: issued.impostor } }),
        ...([/CERTIFICATE_VERIFY_FAILED/, reasons.unknownCa] as const),
      ],
    };
    for (const [what, [different, router, backend]] of Object.entries(failures))
      it(what, async () => {
        assert.match(refused(await request(servers["RSA-2048"], different())), router);
        await servers["RSA-2048"].hasSaid(backend);
      });

    const unwelcome = {
      silent: ["shows no certificate", () => undefined],
      stranger: ["shows one of another CA with the same name", () => issued.routers.impostor],
    } as const;
    for (const who of ["silent", "stranger"] as const) {
      const [does, pair] = unwelcome[who];
      it(`fail if the router ${does}`, async () => {
        // With TLS 1.3, the router is connected before the backend checks its certificate, and never learns the reason.
        const late = await request(servers["RSA-2048"], { pair: pair() });
        assert.deepEqual([late.status, late.flags, late.version], [503, "UC", "TLSv1.3"]);
        assert.match(
          late.details,
          /^upstream_reset_before_response_started\{connection_termination/,
        );
        await servers["RSA-2048"].hasSaid(reasons[who]);

        const tls = only("TLS1_2", ...RECOMMENDED.ciphers);
        assert.match(
          refused(await request(servers["RSA-2048"], { pair: pair(), tls })),
          reasons.alerts[who],
        );
        await servers["RSA-2048"].hasSaid(reasons[who]);
      });
    }
  }

  describe("accepts a backend", () => {
    let server: Server;
    before(
      async () => (server = await startBackend("Go", issued.backends["RSA-2048"], RECOMMENDED)),
    );
    after(stopServers);
    const at = (host: string) => request(server, { host });

    it("by an address in its certificate", async () => {
      accepted(await at("127.0.0.1"));
      assert.match(refused(await at("127.0.0.2")), /CERTIFICATE_VERIFY_FAILED/);
    });

    it("by a name that matches a wildcard", async () => {
      accepted(await at(WILDCARD.replace("*", "any")));
      assert.match(refused(await at(WILDCARD.replace("*", "a.b"))), /CERTIFICATE_VERIFY_FAILED/);
    });

    it("by its own certificate in place of a CA's", async () => {
      const trust = (key: Key) => ({ trust: { pem: issued.backends[key].certificatePem } });
      accepted(await request(server, trust("RSA-2048")));
      const other = await request(server, trust("ECDSA-P256"));
      assert.match(refused(other), /CERTIFICATE_VERIFY_FAILED/);
    });
  });

  describe("agrees with a backend on what `agree` predicts", () => {
    const rsa = ["ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA", "AES128-SHA"];
    const policies: Readonly<Record<string, TlsPolicy>> = {
      "the recommended policy": RECOMMENDED,
      "the adapter's default": ADAPTER_DEFAULT,
      "only TLS 1.3": only("TLS1_3", ...RECOMMENDED.ciphers),
      "TLS 1.2 and all ciphers": only("TLS1_2", ...CIPHERS),
      "TLS 1.2 and ciphers for RSA": only("TLS1_2", ...rsa),
      "TLS 1.0 or 1.1": { minimum: "TLS1_0", maximum: "TLS1_1", ciphers: CIPHERS },
      "TLS 1.1 and ciphers of TLS 1.2": only("TLS1_1", ...RECOMMENDED.ciphers),
    };
    for (const [name, tls] of Object.entries(policies))
      it(`if the backend has ${name}`, async () => {
        for (const key of [...KEYS, "ECDSA-P384"] as const) {
          const server = await startBackend("Go", issued.backends[key], tls);
          for (const router of Object.values(policies)) {
            const answer = await request(server, { tls: router });
            const agreed = agree(router, tls, key);
            if (typeof agreed === "string") {
              assert.notEqual(refused(answer), "", agreed);
              continue;
            }
            const version = named(agreed.version);
            assert.equal(accepted(answer), version);
            const ciphers = agreed.ciphers.map(({ openssl }) => openssl);
            assert.ok(version === "TLSv1.3" || ciphers.includes(answer.cipher), answer.cipher);
          }
          await server.stop();
        }
      });
  });

  it("and a backend in Go support every known cipher, from its first version on", async () => {
    for (const cipher of CIPHERS) {
      const key = cipher.authentication === "RSA" ? "RSA-2048" : "ECDSA-P256";
      const tls = only(cipher.since, cipher);
      const server = await startBackend("Go", issued.backends[key], tls);
      const answer = await request(server, { tls });
      assert.deepEqual([accepted(answer), answer.cipher], [named(cipher.since), cipher.openssl]);
      await server.stop();
    }
  });

  describe("can be configured", () => {
    const validated = (tls: TlsPolicy) =>
      validate(routerConfig(upstream({ address: "127.0.0.1:8443" }, { tls })));
    const cipher = (openssl: string): Cipher => ({ ...need(CIPHERS[0], "cipher"), openssl });

    it("with every known cipher, alone and together", async () => {
      for (const each of CIPHERS) assert.equal(await validated(only("TLS1_2", each)), "OK");
      for (const policy of [RECOMMENDED, ADAPTER_DEFAULT])
        assert.equal(await validated(policy), "OK");
    });

    it("with the ciphers that an adapter finds in its variable", async () => {
      const variables = tlsVariables(RECOMMENDED);
      const list = need(
        variables.find(({ name }) => name.endsWith("_CIPHERS")),
        "ciphers",
      ).value;
      const ciphers = list.split(",").map((name) => cipher(name.trim()));
      assert.equal(ciphers.length, RECOMMENDED.ciphers.length);
      assert.equal(await validated({ ...RECOMMENDED, ciphers }), "OK");
    });

    it("with no unknown cipher", async () => {
      for (const name of ["ECDHE-RSA-AES128-GCM-SHA384", "aes128-sha"])
        assert.match(
          await validated(only("TLS1_2", "AES256-SHA", cipher(name))),
          new RegExp(`Failed to initialize cipher suites AES256-SHA:${name}\\..*: ${name}\\b`),
        );
    });

    it("with no suite of TLS 1.3, which would have no effect together with others", async () => {
      const suite = cipher("TLS_AES_128_GCM_SHA256");
      assert.match(await validated(only("TLS1_3", suite)), /Failed to initialize cipher suites/);
      assert.equal(await validated(only("TLS1_3", "AES256-SHA", suite)), "OK");
    });
  });
});
