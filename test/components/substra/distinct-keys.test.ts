import assert from "node:assert/strict";
import { keyMatchesCertificate } from "../../../x509";
import { secretOf } from "../enrollment/parties";
import { SECTIONS, runStack } from "../run-stack";
import { find } from "../tree";

/** A stack with two organizations, of which one has the name that the other's second key once had. */
const sections = (keys: readonly string[]) => {
  const { MyOrg1MSP: settings } = SECTIONS.organizations;
  const organization = (name: string, certificate: object) => [
    name,
    { ...settings, hostname: `${name.toLowerCase()}.example`, certificate },
  ];
  const { orchestrator } = SECTIONS;
  return {
    ...SECTIONS,
    orchestrator: {
      ...orchestrator,
      channels: { mychannel: { organizations: ["MyOrg1", "MyOrg1-k2"] } },
    },
    organizations: Object.fromEntries([
      organization("MyOrg1", { keys }),
      organization("MyOrg1-k2", {}),
    ]) as object,
  };
};

describe("two organizations, one called like a key of the other", () => {
  it("have distinct resources, and each has its own key", async () => {
    const run = await runStack(sections(["k1", "k2"]));
    assert.deepEqual(run.errors, []);
    const urns = run.resources.map(({ urn }) => urn);
    assert.deepEqual(
      urns.filter((urn, position) => urns.indexOf(urn) < position),
      [],
    );
    const pairs = ["my-org1", "my-org1-k2"].map((name) => secretOf(run, `${name}-client-pair`));
    for (const { "tls.crt": certificate = "", "tls.key": key = "" } of pairs)
      assert.equal(keyMatchesCertificate(key, certificate), true);
    const [one, other] = pairs.map(({ "tls.key": key }) => key);
    assert.notEqual(one, other);
  });

  it("do not take over each other's key in an older state", async () => {
    const { resources } = await runStack(sections(["k1", "k2"]));
    const places = ["my-org1-key-k2", "my-org1-k2-key"].map((name) => {
      const { urn, aliases } = find(resources, name, "PrivateKey");
      return [urn, ...aliases];
    });
    assert.equal(new Set(places.flat()).size, places.flat().length);
  });

  it("keep their keys if one of them rotates", async () => {
    const before = await runStack(sections(["k1"]));
    assert.deepEqual(before.errors, []);
    const later = await runStack(sections(["k1", "k2"]), { state: before.state });
    assert.deepEqual(later.errors, []);
    const pair = (of: typeof before, name: string) => secretOf(of, `${name}-client-pair`);
    assert.deepEqual(pair(later, "my-org1-k2"), pair(before, "my-org1-k2"));
    assert.notEqual(pair(later, "my-org1")["tls.key"], pair(before, "my-org1")["tls.key"]);
  });
});
