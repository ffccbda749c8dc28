import assert from "node:assert/strict";
import { readCertificates } from "../../../x509";
import type { Run } from "../mock-engine";
import { runStack } from "../run-stack";
import { find } from "../tree";
import { reveal } from "../wire";
import { example, textsIn, withBackends, withGenerations } from "./make-stack";

/** Without stores, because their key derivation takes time. */
const SECTIONS = withBackends(example("kubernetes"), {
  payments: { restarts: ["payments", "reports"] },
  ratings: { certificate: {}, routerTrust: {}, tls: {} },
  stock: { routerTrust: {} },
});

describe("Choreo Connect in a later update", () => {
  let run: Run<unknown>;
  before(async () => {
    run = await runStack(SECTIONS);
    assert.deepEqual(run.errors, []);
  });

  /** Names of the resources whose inputs changed. A Secret with new content has a new name. */
  const changedIn = (later: Run<unknown>) => {
    assert.deepEqual(later.errors, []);
    return later.resources
      .filter(({ urn, inputs }) => {
        const before = run.resources.find((each) => each.urn === urn);
        return JSON.stringify(before?.inputs) !== JSON.stringify(inputs);
      })
      .map(({ name }) => name)
      .sort();
  };
  /** The update in which a certificate is due for renewal, as the provider then reports. */
  const renew = (name: string, secret: string, preview = false) => {
    const { urn } = find(run.resources, name, "Cert");
    const state = new Map([...run.state].filter(([each]) => each !== urn));
    const renamed = { metadata: { name: `${secret}-ffffffff`, namespace: "choreo-connect" } };
    return runStack(SECTIONS, { state, preview, existing: { [secret]: renamed } });
  };
  const valuesOf = (of: Run<unknown>) =>
    JSON.stringify(reveal(find(of.resources, "choreo-connect", "Release").inputs));

  it("is the same, byte by byte, if nothing has changed", async () => {
    for (const preview of [false, true]) {
      const later = await runStack(SECTIONS, { state: run.state, preview });
      assert.deepEqual(changedIn(later), []);
    }
  });

  for (const preview of [true, false])
    it(`has a new Secret if a part's certificate is due, and a release that names it, ${preview ? "at preview" : "at up"}`, async () => {
      const secret = "choreo-connect-router-keys";
      const later = await renew("choreo-connect-router-certificate", secret, preview);
      assert.deepEqual(changedIn(later), ["choreo-connect", secret]);
      const values = valuesOf(later);
      assert.ok(values.includes(`${secret}-ffffffff`));
      assert.equal(values.replaceAll(`${secret}-ffffffff`, `${secret}-0a1b2c3d`), valuesOf(run));
      if (preview) return;
      const [before, after] = [run, later].map((of) => textsIn(of, secret));
      assert.equal(before?.["tls.key"], after?.["tls.key"]);
      const leaf = (texts = before) => readCertificates(texts?.["tls.crt"] ?? "")[0]?.pem;
      assert.notEqual(leaf(before), leaf(after));
    });

  it("has a new Secret if the tokens' certificate is due, and a release that names it", async () => {
    const secret = "choreo-connect-token-signer-keys";
    const later = await renew("choreo-connect-token-signer-certificate", secret);
    assert.deepEqual(changedIn(later), ["choreo-connect", secret]);
    assert.ok(valuesOf(later).includes(`${secret}-ffffffff`));
  });

  it("changes a backend's Secret if its certificate is due, and rolls its Deployments", async () => {
    const prefix = "choreo-connect-backend-payments";
    const later = await renew(`${prefix}-certificate`, "no other");
    assert.deepEqual(changedIn(later), [
      `${prefix}-keys`,
      `${prefix}-restart-payments`,
      `${prefix}-restart-reports`,
    ]);
    const names = [run, later].map(
      (of) =>
        (find(of.resources, `${prefix}-keys`).inputs as { metadata: { name: string } }).metadata
          .name,
    );
    assert.deepEqual(names, ["payments-tls", "payments-tls"]);
  });

  it("changes nothing here if the certificate of a backend elsewhere is due", async () => {
    assert.deepEqual(
      changedIn(await renew("choreo-connect-backend-stock-certificate", "none")),
      [],
    );
  });

  it("changes everything that contains the CA when a generation is added, but no certificate", async () => {
    const { generations } = SECTIONS.authority as { generations: object };
    const authority = {
      ...SECTIONS.authority,
      generations: { ...generations, g2: { state: "trusted" } },
    };
    const later = await runStack({ ...SECTIONS, authority }, { state: run.state });
    const known = new Set(run.resources.map(({ urn }) => urn));
    const changed = changedIn(later).filter((name) =>
      later.resources.some((each) => each.name === name && known.has(each.urn)),
    );
    const payments = "choreo-connect-backend-payments";
    assert.deepEqual(changed, [
      "ca",
      "choreo-connect",
      "choreo-connect-adapter-keys",
      "choreo-connect-api-shop-1.0.0",
      "choreo-connect-api-stock-2.1.0",
      `${payments}-restart-payments`,
      `${payments}-restart-reports`,
      "choreo-connect-backends-shop.router-ca",
      "choreo-connect-router-keys",
      "choreo-connect-trust",
    ]);
  });

  it("has new certificates when the next generation signs, while the old one's are still trusted", async () => {
    const later = await runStack(withGenerations(SECTIONS), { state: run.state });
    assert.deepEqual(later.errors, []);
    const chain = readCertificates(textsIn(later, "choreo-connect-router-keys")["tls.crt"] ?? "");
    assert.equal(chain.length, 3);
    const old = readCertificates(textsIn(run, "choreo-connect-router-keys")["tls.crt"] ?? "");
    assert.equal(chain[2]?.pem, old[1]?.pem);
    assert.notEqual(chain[0]?.pem, old[0]?.pem);
  });

  it("keeps every resource and all names if a backend and an API are added", async () => {
    const more = withBackends(SECTIONS, { extra: { endpoints: ["https://extra.example"] } });
    const later = await runStack(
      {
        ...more,
        choreoConnect: {
          ...more.choreoConnect,
          apis: { "Extra-1.0.0": ["extra"], ...more.choreoConnect.apis },
        },
      },
      { state: run.state },
    );
    const urns = new Set(later.resources.map(({ urn }) => urn));
    assert.deepEqual(
      run.resources.filter(({ urn }) => !urns.has(urn)),
      [],
    );
    const before = new Set(run.resources.map(({ urn }) => urn));
    const names = later.resources.filter(({ urn }) => before.has(urn)).map(({ name }) => name);
    assert.deepEqual(
      changedIn(later).filter((name) => names.includes(name)),
      ["choreo-connect"],
    );
    assert.equal(valuesOf(later), valuesOf(run));
  });
});
