import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { StackMemory } from "../../../components/stack-memory";
import { facts, readFacts, stated } from "../../../facts";
import { publicKeyFingerprint, readCertificateRequest } from "../../../x509";
import { runProgram, type Run } from "../mock-engine";
import { signedRequest } from "../pki/signed-request";
import { runStack } from "../run-stack";
import { find } from "../tree";
import { reveal } from "../wire";
import { PROJECT_URL, greeter } from "./make-project";

const SERVER = "choreo-greeter-server";
const HOST = "greeter-server-3781140846";

describe("a component of Choreo", () => {
  let waiting: Run<unknown>;
  let deployed: Run<unknown>;
  before(async () => {
    waiting = await runStack(greeter(), { cluster: false });
    const sections = greeter({ projectUrl: PROJECT_URL });
    deployed = await runStack(sections, { cluster: false, state: waiting.state });
    assert.deepEqual([waiting.errors, deployed.errors], [[], []]);
  });

  const componentIn = (run: Run<unknown>, name: string) => {
    const { urn, inputs } = find(run.resources, name, "choreo:Component");
    facts.strict().parse(inputs);
    const read = readFacts(name, inputs);
    assert.ok(read);
    assert.deepEqual(stated(read), reveal(inputs));
    return { stated: read, registered: run.outputs.get(urn) };
  };

  it("states its certificate, and registers that it has one, and its host", () => {
    const certificate = { origin: "issued", issuer: "ca/g1", renewBeforeHours: 720 };
    assert.deepEqual(componentIn(deployed, SERVER), {
      stated: {
        certificates: {
          "choreo-greeter-server-certificate": {
            ...certificate,
            owner: "Choreo greeter-server",
            source: "choreo.components.greeter-server",
            granted: {
              organization: "greeter",
              commonName: "greeter-server",
              dnsNames: [HOST, "localhost"],
            },
          },
        },
      },
      registered: { isCertified: true, host: HOST },
    });
    assert.deepEqual(componentIn(deployed, "choreo-greeter-client"), {
      stated: {
        certificates: {
          "choreo-greeter-client-certificate": {
            ...certificate,
            owner: "Choreo greeter-client",
            source: "choreo.components.greeter-client",
            granted: { organization: "greeter", commonName: "greeter", dnsNames: [] },
          },
        },
      },
      registered: { isCertified: true },
    });
  });

  it("states nothing while it has only a key, and registers only the request, by which a later update knows the key", async () => {
    const { stated, registered } = componentIn(waiting, SERVER);
    assert.deepEqual(stated, {});
    const { requestPem, ...others } = registered as { requestPem: string };
    assert.deepEqual(others, {});
    const { value: ownRequests = [] } = await runProgram(
      async () => (await StackMemory.read()).ownRequests,
      { state: waiting.state },
    );
    assert.ok(ownRequests.includes(requestPem));
    const { state, resources } = waiting;
    const key = reveal(state.get(find(resources, `${SERVER}-key`).urn)?.outputs);
    assert.equal(
      readCertificateRequest(requestPem).publicKeyFingerprint,
      publicKeyFingerprint(createPublicKey((key as { privateKeyPem: string }).privateKeyPem)),
    );
  });

  it("keeps that key once it has its host, for which it asks again", () => {
    const { urn } = find(waiting.resources, `${SERVER}-key`);
    assert.deepEqual(deployed.state.get(urn), waiting.state.get(urn));
    const { publicKeyFingerprint: key, dnsNames } = signedRequest(
      deployed,
      `${SERVER}-certificate`,
    );
    const { requestPem } = componentIn(waiting, SERVER).registered as { requestPem: string };
    const first = readCertificateRequest(requestPem);
    assert.deepEqual([first.publicKeyFingerprint, first.dnsNames], [key, ["localhost"]]);
    assert.deepEqual(dnsNames, [HOST, "localhost"]);
  });

  it("is refused without its host if it is deployed, also by an earlier version", async () => {
    const { urn } = find(deployed.resources, SERVER, "choreo:Component");
    const stored = deployed.state.get(urn);
    assert.ok(stored);
    const certificate = { certificate: "PEM", notAfter: "2030-01-01T00:00:00Z", fingerprint: "01" };
    const earlier = new Map(deployed.state).set(urn, {
      ...stored,
      outputs: { certificate, host: HOST },
    });
    for (const state of [deployed.state, earlier]) {
      const { errors } = await runStack(greeter(), { cluster: false, preview: true, state });
      assert.match(
        errors.join(),
        /greeter-server is deployed with a certificate for greeter-server-3781140846, which would be withdrawn/,
      );
    }
  });
});
