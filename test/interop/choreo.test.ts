import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { keys } from "../unit/x509/make-keys";
import { makeCaBelow, makeRoot } from "../unit/x509/make-path";
import { ExportedProject, type ComponentName, type Generations } from "./choreo/project";
import {
  LANGUAGES,
  fetchAs,
  goProgram,
  startServer,
  type Container,
  type Language,
} from "./choreo/programs";
import { handmadeCa, handmadeLeaf, P256 } from "./openssl";
import { stopServers, type Finished } from "./process";
import { BUILD_PATIENCE } from "./programs";

type Deployment = (component: ComponentName) => Container;

/** Messages of each client about a server with an unknown CA, and about a server with another name. */
const REFUSES: Readonly<Record<Language, { readonly ca: RegExp; readonly host: RegExp }>> = {
  Go: {
    ca: /x509: certificate signed by unknown authority/,
    host: /x509: certificate is valid for greeter-3781140846, not elsewhere-1/,
  },
  Node: {
    ca: /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY): /,
    host: /^ERR_TLS_CERT_ALTNAME_INVALID: /,
  },
  Python: { ca: /CERTIFICATE_VERIFY_FAILED.*issuer certificate/, host: /Hostname mismatch/ },
};

/** Messages of the server about a certificate of another CA. Go shows none if the server does not name its issuer. */
const REFUSED: Readonly<Record<Language, RegExp>> = {
  Go: /tls: client didn't provide a certificate/,
  Node: /x509: certificate signed by unknown authority/,
  Python: /x509: certificate signed by unknown authority/,
};

const says = ({ status, stdout, stderr }: Finished, text: string) =>
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: text, stderr: "" });
const refuses = ({ status, stdout, stderr }: Finished, reason: RegExp) => {
  assert.notEqual(status, 0, stdout);
  assert.match(stderr, reason);
};

/** Returns a container with changed variables; undefined removes one. */
function changed(
  { root, variables }: Container,
  changes: Readonly<Record<string, string | undefined>>,
): Container {
  const entries = Object.entries({ ...variables, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { root, variables: Object.fromEntries(entries) };
}

/** Returns a container with another certificate and key, in variables. */
function withPair(container: Container, pair: { certificate: string; key: string }): Container {
  return changed(container, {
    CERT_FILE_PATH: undefined,
    KEY_FILE_PATH: undefined,
    TLS_CERT: readFileSync(pair.certificate, "utf8"),
    TLS_KEY: readFileSync(pair.key, "utf8"),
  });
}

describe("components of a Choreo project, with their exported files and variables", function () {
  this.timeout(600_000);
  let project: ExportedProject;
  let first: Deployment;

  before(async function () {
    this.timeout(BUILD_PATIENCE);
    await goProgram("server");
    project = await ExportedProject.create("interop-choreo");
    first = await project.export({ g1: "signing" });
  });
  afterEach(stopServers);

  for (const language of LANGUAGES) {
    describe(`a client in ${language}`, () => {
      it("is greeted with its identity", async () => {
        const server = await startServer(first("greeter"));
        says(await fetchAs(language, first("caller"), server), "Hello, caller-1!");
      });

      it("reads its certificate from variables if there are no files", async () => {
        const server = await startServer(first("variables-greeter"));
        says(await fetchAs(language, first("variables-caller"), server), "Hello, caller-2!");
      });

      it("needs no certificate with TLS only", async () => {
        const server = await startServer(first("open-greeter"));
        says(await fetchAs(language, first("open-caller"), server), "Hello, stranger!");
      });

      it("accepts the server only with the project's CA, and only with its own host", async () => {
        const caller = first("caller");
        const ca = await handmadeCa(`choreo-ca-${language}`, "/CN=Greeters CA", P256);
        const names = { dnsNames: ["greeter-3781140846"] };
        const leaf = await handmadeLeaf(`choreo-server-${language}`, "/CN=greeter", ca, names);
        const impostor = await startServer(withPair(first("greeter"), leaf));
        refuses(await fetchAs(language, caller, impostor), REFUSES[language].ca);

        const server = await startServer(first("greeter"));
        const elsewhere = changed(caller, { SERVER_URL: "https://elsewhere-1:8443/greeter" });
        refuses(await fetchAs(language, elsewhere, server), REFUSES[language].host);
      });

      it("is refused without a certificate, and with one of another CA", async () => {
        const server = await startServer(first("greeter"));
        const silent = changed(first("caller"), {
          CERT_FILE_PATH: undefined,
          KEY_FILE_PATH: undefined,
        });
        assert.notEqual((await fetchAs(language, silent, server)).status, 0);
        await server.hasSaid(/tls: client didn't provide a certificate/);

        const ca = await handmadeCa(`choreo-other-ca-${language}`, "/CN=Greeters CA", P256);
        const leaf = await handmadeLeaf(`choreo-client-${language}`, "/CN=caller-1", ca);
        const stranger = withPair(first("caller"), leaf);
        assert.notEqual((await fetchAs(language, stranger, server)).status, 0);
        await server.hasSaid(REFUSED[language]);
      });
    });
  }

  it("use one certificate to be called and to call", async () => {
    const upstream = await startServer(first("greeter"));
    const relay = await startServer(first("relay"), upstream.address);
    const request = { path: "/relay", variable: "RELAY_URL" };
    says(
      await fetchAs("Go", first("caller"), relay, request),
      "upstream says: Hello, relay-service!",
    );
  });

  it("are refused as clients with a certificate that is only for a server", async () => {
    const server = await startServer(first("greeter"));
    const { root } = first("greeter");
    const posing = {
      root,
      variables: { ...first("caller").variables, ...first("greeter").variables },
    };
    assert.notEqual((await fetchAs("Go", posing, server)).status, 0);
    await server.hasSaid(/certificate specifies an incompatible key usage/);
  });

  describe("while the CA is rotated", () => {
    const STATES: readonly Generations[] = [
      { g1: "signing" },
      { g1: "signing", g2: "trusted" },
      { g1: "trusted", g2: "signing" },
      { g2: "signing" },
    ];
    const STEPS = ["trusting the new one", "signing with it", "dropping the old one"];
    const deployments: Deployment[] = [];

    before(async () => {
      for (const generations of STATES) deployments.push(await project.export(generations));
    });

    for (const [step, what] of STEPS.entries()) {
      for (const order of ["server", "client"] as const) {
        it(`keep working when the ${order} is the first to restart after ${what}`, async () => {
          const [before, after] = [deployments[step], deployments[step + 1]];
          assert.ok(before && after);
          const server = await startServer((order === "server" ? after : before)("greeter"));
          const caller = (order === "server" ? before : after)("caller");
          for (const language of LANGUAGES) {
            says(await fetchAs(language, caller, server), "Hello, caller-1!");
          }
        });
      }
    }

    it("are cut off if a step is left out", async () => {
      const [, , signing] = deployments;
      assert.ok(signing);
      const server = await startServer(signing("greeter"));
      refuses(await fetchAs("Go", first("caller"), server), REFUSES.Go.ca);
    });
  });

  describe("when the CA is an existing one below a root", () => {
    const [certificate, chain] = [makeCaBelow(), makeRoot()];
    const key = keys("p384").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const below = { state: "signing", certificate, chain, key } as const;
    let deployment: Deployment;

    before(async () => {
      await project.export({ g2: "signing", company: { ...below, state: "trusted" } });
      deployment = await project.export({ g2: "trusted", company: below });
    });

    it("pass all checks", () => {
      assert.deepEqual(
        project.checks.filter(({ ok }) => !ok),
        [],
      );
      assert.ok(project.checks.some(({ code }) => code === "accepted"));
    });

    for (const language of LANGUAGES)
      it(`greet each other, with a client in ${language}`, async () => {
        const server = await startServer(deployment("greeter"));
        says(await fetchAs(language, deployment("caller"), server), "Hello, caller-1!");
      });

    it("need the root in Node and Python, but not in Go", async () => {
      const server = await startServer(deployment("greeter"));
      const caller = deployment("variables-caller");
      const { variables } = deployment("caller");
      const alone = changed(caller, {
        SERVER_URL: variables.SERVER_URL,
        TLS_CA_CERT: certificate,
      });
      says(await fetchAs("Go", alone, server), "Hello, caller-2!");
      refuses(await fetchAs("Node", alone, server), /^UNABLE_TO_GET_ISSUER_CERT: /);
      refuses(await fetchAs("Python", alone, server), /unable to get issuer certificate/);
    });
  });
});
