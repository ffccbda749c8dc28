import assert from "node:assert/strict";
import { readCertificates } from "../../../x509";
import type { Run } from "../mock-engine";
import type { State } from "../mock-state";
import { runStack } from "../run-stack";
import { find } from "../tree";
import { reveal } from "../wire";
import { example, outputsOf, withBackends } from "./make-stack";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const PAYMENTS = "choreo-connect-backend-payments-router-ca";
const SHARED = "choreo-connect-backends-shop.router-ca";

/** The example, with more backends in `shop` that restart a Deployment. Without stores, as these take time. */
function shopWith(
  backends: Readonly<Record<string, object>>,
  payments: object = {},
): ReturnType<typeof example> {
  const own = (name: string, routerTrust: object) => ({
    endpoints: [`https://${name}.shop.svc.cluster.local:8443`],
    namespace: "shop",
    createNamespace: true,
    certificate: {},
    tls: {},
    restarts: [name],
    routerTrust,
  });
  const { authority, choreoConnect } = withBackends(example("kubernetes"), {
    payments: { restarts: ["payments"], routerTrust: payments },
    ratings: { certificate: {}, routerTrust: {}, tls: {}, restarts: ["ratings"] },
    ...Object.fromEntries(Object.entries(backends).map(([name, each]) => [name, own(name, each)])),
  });
  const extra = Object.keys(backends);
  const apis = { ...choreoConnect.apis, ...(extra.length > 0 && { "Extra-1.0.0": extra }) };
  return { authority, choreoConnect: { ...choreoConnect, apis } };
}

interface ConfigMap {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly data: Readonly<Record<string, string>>;
}

/** The ConfigMaps with CAs for backends, by the names of their resources: each object, and its keys. */
function caObjects({ resources, errors }: Run<unknown>): Record<string, [string, string[]]> {
  assert.deepEqual(errors, []);
  const found = resources
    .filter(({ type, name }) => type === CONFIG_MAP && name.includes("-backend"))
    .map(({ name, inputs }) => {
      const { metadata, data } = reveal(inputs) as ConfigMap;
      return [name, [`${metadata.namespace}/${metadata.name}`, Object.keys(data).sort()]] as const;
    });
  return Object.fromEntries(found) as Record<string, [string, string[]]>;
}

/** The names of ConfigMaps that the outputs state, which must be those that verify looks for. */
function statedIn(run: Run<unknown>): Record<string, string | undefined> {
  const { choreoConnect } = outputsOf(run) as {
    choreoConnect: {
      backends: Record<string, { routerTrust: { configMap?: string } }>;
    };
  };
  return Object.fromEntries(
    Object.entries(choreoConnect.backends).map(([name, { routerTrust }]) => {
      return [name, routerTrust.configMap];
    }),
  );
}

/** Checks that a Deployment is only rolled once the ConfigMap has its content. */
function assertRolledAfter({ resources }: Run<unknown>, backend: string, object: string): void {
  const { dependencies } = find(
    resources,
    `choreo-connect-backend-${backend}-restart-${backend}`,
    "Patch",
  );
  assert.ok(dependencies.includes(find(resources, object, CONFIG_MAP).urn), backend);
}

/** A state as an older version left it: each of these backends has a ConfigMap of its own. */
function olderState({ state, resources }: Run<unknown>, ...backends: string[]): State {
  const { urn, inputs } = find(resources, SHARED, CONFIG_MAP);
  const older = new Map(state);
  older.delete(urn);
  for (const backend of backends) {
    const name = `choreo-connect-backend-${backend}-router-ca`;
    const object = reveal(inputs) as ConfigMap;
    const own = { ...object, metadata: { ...object.metadata, name: `${backend}-router-ca` } };
    older.set(urn.replace(SHARED, name), { type: CONFIG_MAP, name, inputs: own, outputs: own });
  }
  return older;
}

describe("the ConfigMap with the CAs that a backend trusts for the router", () => {
  let shared: Run<unknown>;
  before(async () => {
    shared = await runStack(shopWith({}));
    assert.deepEqual(shared.errors, []);
  });

  it("is one for all backends of a namespace", () => {
    assert.deepEqual(caObjects(shared), { [SHARED]: ["shop/router-ca", ["ca.crt"]] });
    assert.deepEqual(statedIn(shared), {
      payments: "router-ca",
      ratings: "router-ca",
      stock: undefined,
    });
    for (const backend of ["payments", "ratings"]) assertRolledAfter(shared, backend, SHARED);
    const { data } = reveal(find(shared.resources, SHARED).inputs) as ConfigMap;
    assert.equal(data["ca.crt"], outputsOf(shared).caBundle);
  });

  it("is another one in each namespace", async () => {
    const { authority, choreoConnect } = shopWith({});
    const run = await runStack(
      withBackends({ authority, choreoConnect }, { ratings: { namespace: "reviews" } }),
    );
    const own = "choreo-connect-backends-reviews.router-ca";
    assert.deepEqual(caObjects(run), {
      [SHARED]: ["shop/router-ca", ["ca.crt"]],
      [own]: ["reviews/router-ca", ["ca.crt"]],
    });
    assertRolledAfter(run, "payments", SHARED);
    assertRolledAfter(run, "ratings", own);
  });

  it("is its own if it also has public CAs, which the others do not trust", async () => {
    const run = await runStack(
      shopWith({}, { forms: ["pem", "ca-certificates"], publicCas: ["ISRG Root X1"] }),
    );
    assert.deepEqual(caObjects(run), {
      [PAYMENTS]: ["shop/payments-router-ca", ["ca-certificates.crt", "ca.crt"]],
      [SHARED]: ["shop/router-ca", ["ca.crt"]],
    });
    assert.deepEqual(statedIn(run), {
      payments: "payments-router-ca",
      ratings: "router-ca",
      stock: undefined,
    });
    assertRolledAfter(run, "payments", PAYMENTS);
    const { data } = reveal(find(run.resources, PAYMENTS).inputs) as ConfigMap;
    const names = readCertificates(data["ca-certificates.crt"] ?? "").map(
      ({ subject }) => subject.text,
    );
    assert.ok(names.some((name) => name.endsWith("CN=ISRG Root X1")));
    assert.equal(names.length, readCertificates(data["ca.crt"] ?? "").length + 1);
  });

  it("may have a configured name, which two backends share, also if only one reads public CAs", async () => {
    const configMap = "gateway-cas";
    const run = await runStack(
      shopWith(
        { reports: { configMap, forms: ["ca-certificates"], publicCas: ["ISRG Root X1"] } },
        { configMap },
      ),
    );
    const object = "choreo-connect-backends-shop.gateway-cas";
    assert.deepEqual(caObjects(run), {
      [object]: ["shop/gateway-cas", ["ca-certificates.crt", "ca.crt"]],
      [SHARED]: ["shop/router-ca", ["ca.crt"]],
    });
    assert.deepEqual(statedIn(run), {
      payments: configMap,
      ratings: "router-ca",
      reports: configMap,
      stock: undefined,
    });
    for (const backend of ["payments", "reports"]) assertRolledAfter(run, backend, object);
    assertRolledAfter(run, "ratings", SHARED);
  });

  it("does not exist for a backend that reads only a store", async () => {
    const run = await runStack(example("kubernetes"), { preview: true });
    assert.deepEqual(Object.keys(caObjects(run)), [SHARED]);
  });

  describe("that an older version made for one backend", () => {
    it("is kept, as the same resource, while a backend without one shares the usual one", async () => {
      const state = olderState(shared, "payments");
      const run = await runStack(shopWith({}), { state });
      assert.deepEqual(caObjects(run), {
        [PAYMENTS]: ["shop/payments-router-ca", ["ca.crt"]],
        [SHARED]: ["shop/router-ca", ["ca.crt"]],
      });
      assert.deepEqual(statedIn(run), {
        payments: "payments-router-ca",
        ratings: "router-ca",
        stock: undefined,
      });
      const { urn } = find(run.resources, PAYMENTS);
      assert.ok(state.has(urn));
      const { metadata, data } = reveal(run.state.get(urn)?.inputs) as ConfigMap;
      const before = reveal(state.get(urn)?.inputs) as ConfigMap;
      assert.deepEqual([metadata, data], [before.metadata, before.data]);
      assertRolledAfter(run, "payments", PAYMENTS);
    });

    it("is kept in every later update, and no other one is made", async () => {
      const first = await runStack(shopWith({}), {
        state: olderState(shared, "payments", "ratings"),
      });
      const ratings = PAYMENTS.replace("payments", "ratings");
      const kept = {
        [PAYMENTS]: ["shop/payments-router-ca", ["ca.crt"]],
        [ratings]: ["shop/ratings-router-ca", ["ca.crt"]],
      };
      assert.deepEqual(caObjects(first), kept);
      const second = await runStack(shopWith({}), { state: first.state });
      assert.deepEqual(caObjects(second), kept);
      assert.deepEqual(second.state, first.state);
    });

    it("is not kept if another one is configured, or if it is in another namespace", async () => {
      const state = olderState(shared, "payments");
      const configured = await runStack(shopWith({}, { configMap: "router-ca" }), { state });
      assert.deepEqual(caObjects(configured), { [SHARED]: ["shop/router-ca", ["ca.crt"]] });
      const { authority, choreoConnect } = shopWith({});
      const moved = await runStack(
        withBackends({ authority, choreoConnect }, { payments: { namespace: "pay" } }),
        { state },
      );
      assert.deepEqual(caObjects(moved), {
        "choreo-connect-backends-pay.router-ca": ["pay/router-ca", ["ca.crt"]],
        [SHARED]: ["shop/router-ca", ["ca.crt"]],
      });
    });
  });
});
