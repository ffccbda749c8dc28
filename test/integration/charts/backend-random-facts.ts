import assert from "node:assert/strict";
import gte from "semver/functions/gte";
import { component, containerOf, fullname, rolled, target } from "./backend-pods";
import { changed, type Helm, type Manifests, type Values } from "./helm";
import { readWhole, secretData } from "./objects";
import { mutualBackend } from "./values";

const REGISTRY = "backend-docker-registry";

/** The part of chart substra-backend's contract that is about values that every upgrade generates at random. */
export function backendRandomFacts(helm: () => Helm, version: string): void {
  const twice = (changes: Values = {}) => {
    const values = changed(mutualBackend, changes);
    return Promise.all([1, 2].map(() => helm().render("substra-backend", target, values)));
  };

  // templates/secret-server-key.yaml
  if (gte(version, "22.7.0")) {
    it("generates the server's key for sessions again at every upgrade, which rolls no pod", async () => {
      const [before, after] = await twice();
      assert.ok(before && after);
      const keyOf = (manifests: Manifests) =>
        secretData(manifests.get("Secret", `${fullname}-server-key`)).SECRET_KEY ?? "";
      for (const manifests of [before, after]) assert.match(keyOf(manifests), /^[A-Za-z0-9]{128}$/);
      assert.notEqual(keyOf(before), keyOf(after));
      assert.deepEqual(rolled(version, before, after), []);
      const server = readWhole(containerOf(before, component("server")));
      assert.ok(server.includes(`Secret ${fullname}-server-key`));
    });
  }

  it("keeps the registry's shared secret if it is set, and otherwise generates it again", async () => {
    const template = (manifests: Manifests | undefined) =>
      manifests?.get("Deployment", REGISTRY).spec?.template;
    const secret = (manifests: Manifests | undefined) =>
      manifests && secretData(manifests.get("Secret", `${REGISTRY}-secret`)).haSharedSecret;
    const [before, after] = await twice();
    assert.notEqual(secret(before), secret(after));
    // charts/docker-registry/templates/deployment.yaml contains its checksum
    if (gte(version, "23.0.0")) assert.notDeepEqual(template(before), template(after));
    else assert.deepEqual(template(before), template(after));

    const [one, other] = await twice({ "docker-registry.secrets.haSharedSecret": "shared" });
    assert.deepEqual(template(one), template(other));
    assert.equal(secret(other), "shared");
  });

  it("generates nothing else at random", async () => {
    const drawn = [`Secret ${fullname}-server-key`];
    const [before, after] = await twice({ "docker-registry.secrets.haSharedSecret": "shared" });
    const others = (manifests: Manifests | undefined) =>
      manifests?.all.filter(
        ({ kind, metadata }) => !drawn.includes(`${kind ?? ""} ${metadata?.name ?? ""}`),
      );
    assert.deepEqual(others(before), others(after));
  });
}
