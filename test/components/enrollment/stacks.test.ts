import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Enrollment } from "../../../components/enrollment";
import { OtherStacks } from "../../../components/enrollment/exchange";
import { StackMemory } from "../../../components/stack-memory";
import { runProgram, type EngineOptions } from "../mock-engine";
import type { Stored } from "../mock-state";
import { onWire } from "../wire";
import { CONSORTIUM, MEMBER } from "./parties";

describe("OtherStacks", () => {
  const read = async (stack: string, stacks: EngineOptions["stacks"] = {}) => {
    const { value, resources, errors } = await runProgram(
      () => new OtherStacks().outputsOf(stack),
      {
        stacks,
      },
    );
    assert.deepEqual(errors, []);
    // A StackReference would leave a copy of all outputs in the state.
    assert.deepEqual(resources, []);
    return value;
  };

  it("returns what a stack published", async () => {
    const outputs = { requests: { format: 1 }, releases: {} };
    assert.deepEqual(await read(MEMBER, { [MEMBER]: outputs }), { outputs });
  });

  it("omits secrets", async () => {
    const password = onWire("hunter2");
    const outputs = { endpoint: "open", password, deep: { list: [password] } };
    assert.deepEqual(await read(CONSORTIUM, { [CONSORTIUM]: outputs }), {
      outputs: { endpoint: "open" },
    });
  });

  it("says in one line why there is nothing", async () => {
    assert.deepEqual(await read("organization/countersign/nope"), {
      unreadable:
        'stack organization/countersign/nope cannot be read (unknown stack "organization/countersign/nope")',
    });
  });

  it("reads each stack once, however many organizations it has", async () => {
    const { value } = await runProgram(() => {
      const stacks = new OtherStacks();
      return [stacks.outputsOf("a"), stacks.outputsOf("a"), stacks.outputsOf("b")];
    });
    assert.ok(value);
    const [one, again, other] = value;
    assert.equal(one, again);
    assert.notEqual(one, other);
  });
});

describe("StackMemory", () => {
  const SIGNED = "tls:index/locallySignedCert:LocallySignedCert";
  const urn = (type: string, name: string) => `urn:pulumi:test::countersign::${type}::${name}`;
  const stored = (type: string, name: string, outputs: unknown): [string, Stored] => [
    urn(type, name),
    { type: type.slice(type.lastIndexOf("$") + 1), name, inputs: {}, outputs },
  ];
  const state = new Map([
    stored("countersign:pki:Identity", "org-1", { requestPem: "1" }),
    stored("countersign:pki:Identity", "org-2", { requestPem: "2" }),
    stored("countersign:pki:IdentityOfAnother", "org-3", { requestPem: "3" }),
    stored("countersign:enrollment:Enrollment", "org-1", { requests: {} }),
    stored("tls:index/privateKey:PrivateKey", "org-1", { privateKeyPem: "KEY" }),
    stored("tls:index/certRequest:CertRequest", "org-1", {
      certRequestPem: "REQUEST 1",
      privateKeyPem: "KEY",
    }),
    stored("tls:index/certRequest:CertRequest", "org-2", { certRequestPem: "REQUEST 2" }),
    stored("tls:index/certRequest:CertRequest", "interrupted", {}),
    stored(`countersign:substra:Backend$${SIGNED}`, "org-1", { certRequestPem: "SIGNED 1" }),
    stored(`countersign:enrollment:RegistrationAuthority$${SIGNED}`, "org-3", {
      certRequestPem: "SIGNED 3",
    }),
  ]);
  const recall = async <T>(recalled: (memory: StackMemory) => T) => {
    const { value, errors } = await runProgram(async () => recalled(await StackMemory.read()), {
      state,
    });
    assert.deepEqual(errors, []);
    return value;
  };

  it("distinguishes components by type and name", async () => {
    const found = await recall((memory) => [
      memory.of("countersign:pki:Identity", "org-1"),
      memory.of("countersign:pki:Identity", "org-2"),
      memory.of("countersign:enrollment:Enrollment", "org-1"),
      memory.of("countersign:enrollment:Enrollment", "org-2"),
      memory.of("countersign:pki:Identity", "org"),
    ]);
    assert.deepEqual(found, [
      { requestPem: "1" },
      { requestPem: "2" },
      { requests: {} },
      undefined,
      undefined,
    ]);
  });

  it("returns all components of a type, and of no other", async () => {
    const found = await recall((memory) => [
      memory.all("countersign:pki:Identity"),
      memory.all("countersign:pki:Certificate"),
    ]);
    assert.deepEqual(found, [[{ requestPem: "1" }, { requestPem: "2" }], []]);
  });

  it("keeps nothing of other resources, which contain the keys", async () => {
    const type = "tls:index/privateKey:PrivateKey";
    const found = await recall((memory) => ({
      all: inspect(memory, { depth: null }),
      key: memory.of(type, "org-1"),
    }));
    assert.equal(found?.key, undefined);
    assert.match(found?.all ?? "", /requestPem: '1'/);
    assert.doesNotMatch(found?.all ?? "", /KEY/);
  });

  it("returns the requests that were signed, and those of the stack's own parties, wherever they are stored", async () => {
    const found = await recall(({ signedRequests, ownRequests }) => ({
      signedRequests: [...signedRequests].sort(),
      ownRequests: [...ownRequests].sort(),
    }));
    assert.deepEqual(found, {
      signedRequests: ["SIGNED 1", "SIGNED 3"],
      ownRequests: ["1", "2", "3", "REQUEST 1", "REQUEST 2", "SIGNED 1"],
    });
  });

  it("is empty before the first update", async () => {
    const { value } = await runProgram(async () => {
      const memory = await StackMemory.read();
      return [memory.all(Enrollment.type), memory.signedRequests, memory.ownRequests];
    });
    assert.deepEqual(value, [[], [], []]);
  });
});
