import assert from "node:assert/strict";
import type { Spinnaker } from "../../../components/spinnaker";
import type { Run } from "../mock-engine";
import { find } from "../tree";
import { SERVICES, runSpinnaker, storeOf } from "./parts";

describe("Spinnaker in a later update", () => {
  let run: Run<Spinnaker>;
  before(async () => {
    run = await runSpinnaker();
    assert.deepEqual(run.errors, []);
  });

  const changedIn = (later: Run<unknown>) =>
    later.resources
      .filter(({ urn, inputs }) => {
        const before = run.resources.find((each) => each.urn === urn);
        return JSON.stringify(before?.inputs) !== JSON.stringify(inputs);
      })
      .map(({ name }) => name);

  it("is the same, byte by byte, if nothing has changed", async () => {
    const later = await runSpinnaker({}, { state: run.state });
    assert.deepEqual(later.errors, []);
    assert.deepEqual(changedIn(later), []);
    assert.deepEqual(later.outputs, run.outputs);
  });

  it("has one new Secret if one certificate is renewed, and changes only references to it", async () => {
    const certificate = find(run.resources, "spinnaker-orca-certificate", "LocallySignedCert");
    const state = new Map([...run.state].filter(([urn]) => urn !== certificate.urn));
    const name = "spinnaker-orca-keys-ffffffff";
    const existing = { "spinnaker-orca-keys": { metadata: { name, namespace: "spinnaker" } } };
    const later = await runSpinnaker({}, { state, existing });
    assert.deepEqual(later.errors, []);
    assert.deepEqual(changedIn(later), ["spinnaker-orca-keys", "spinnaker-service"]);
    const service = (of: Run<unknown>) =>
      JSON.stringify(find(of.resources, "spinnaker-service").inputs);
    assert.ok(service(later).includes(name));
    assert.equal(service(later).replaceAll(name, "spinnaker-orca-keys-0a1b2c3d"), service(run));
    // A renewed certificate has a new serial number, and the same key.
    const entry = (of: Run<unknown>) => storeOf(of, "spinnaker-orca-keys").keys[0];
    assert.notEqual(entry(later)?.chainPem, entry(run)?.chainPem);
    assert.equal(entry(later)?.privateKeyPem, entry(run)?.privateKeyPem);
  });

  it("keeps every resource if a service is added, and all Secrets of the others", async () => {
    const more = await runSpinnaker(
      { services: { clouddriver: {}, ...SERVICES } },
      { state: run.state },
    );
    assert.deepEqual(more.errors, []);
    const urns = new Set(more.resources.map(({ urn }) => urn));
    assert.deepEqual(
      run.resources.filter(({ urn }) => !urns.has(urn)),
      [],
    );
    const before = new Set(run.resources.map(({ name }) => name));
    assert.deepEqual(
      changedIn(more).filter((name) => before.has(name)),
      ["spinnaker", "spinnaker-service"],
    );
  });
});
