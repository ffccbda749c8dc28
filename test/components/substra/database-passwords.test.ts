import assert from "node:assert/strict";
import { all } from "@pulumi/pulumi";
import { DatabasePasswords } from "../../../components/substra";
import { runStack, SECTIONS } from "../run-stack";
import { runProgram } from "../mock-engine";
import { find } from "../tree";
import { valueOf } from "../value-of";
import { reveal, visible } from "../wire";

const SEED = "random:index/randomPassword:RandomPassword";

describe("the passwords of bundled databases", () => {
  it("follow from one seed and the name of each backend, for good", async () => {
    const { value, resources, errors } = await runProgram(() => {
      const passwords = new DatabasePasswords("database-passwords");
      return all([passwords.of("one"), passwords.of("two"), passwords.of("one")]);
    });
    assert.deepEqual(errors, []);
    assert.ok(value);
    // Whatever changes these would lock every database of every stack: its volume keeps the first password.
    const [one, two, again] = await valueOf(value);
    assert.deepEqual(
      [one, two],
      ["84aac8894467561456952c25c20203ff", "44ceb56aacfff9a9fe189134b8d29b23"],
    );
    assert.equal(again, one);
    assert.equal(resources.filter(({ type }) => type === SEED).length, 1);
  });

  it("are secret, one for each backend, and in its Secret", async () => {
    const { resources } = await runStack(SECTIONS);
    const passwordOf = (name: string) => {
      const { inputs, dependencies } = find(resources, name, "Secret");
      assert.equal((visible(inputs) as { stringData: unknown }).stringData, "[secret]");
      assert.ok(dependencies.includes(find(resources, "database-passwords-seed").urn));
      return (reveal(inputs) as { stringData: Record<string, string> }).stringData.password;
    };
    const [one, two] = [passwordOf("my-org1-msp-database"), passwordOf("org-2go-database")];
    assert.match(one ?? "", /^[0-9a-f]{32}$/);
    assert.notEqual(one, two);
  });

  it("stay those that an older version generated, for as long as they are in the state", async () => {
    const before = await runStack(SECTIONS);
    const state = new Map(before.state);
    const old = {
      type: SEED,
      name: "my-org1-msp-database-password",
      inputs: { length: 32, special: false },
      outputs: { result: "of an older version" },
    };
    const { urn } = find(before.resources, "my-org1-msp", "Backend");
    state.set(urn.replace(/::my-org1-msp$/, `$${SEED}::${old.name}`), old);
    const { resources, errors } = await runStack(SECTIONS, { state });
    assert.deepEqual(errors, []);
    const passwords = resources.filter(({ type }) => type === SEED).map(({ name }) => name);
    assert.deepEqual(
      passwords.sort(),
      ["database-passwords-seed", old.name, "orchestrator-database-password"].sort(),
    );
    const { stringData } = reveal(find(resources, "my-org1-msp-database", "Secret").inputs) as {
      stringData: Record<string, string>;
    };
    assert.equal(stringData.password, "of an older version");
  });
});
