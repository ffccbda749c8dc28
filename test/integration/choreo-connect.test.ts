import assert from "node:assert/strict";
import { stringify } from "yaml";
import {
  checkChain,
  keyMatchesCertificate,
  readCertificate,
  readCertificates,
  type Certificate,
} from "../../x509";
import { configMapsIn, deployment, entryOf, ourSecrets, runningPods } from "./api";
import type { Change } from "./changes";
import { kubectl } from "./kubectl";
import { TestStack, type Update } from "./stack";
import { nearlyExpire, until } from "./time";

const NAMESPACE = "cc-gateway";
const SHOP = "cc-shop";
const PARTS = ["router", "enforcer", "adapter"] as const;
type Part = (typeof PARTS)[number];

const DEPLOYMENTS: Readonly<Record<Part, string>> = {
  router: "choreo-connect-gateway-runtime",
  enforcer: "choreo-connect-gateway-runtime",
  adapter: "choreo-connect-adapter",
};

type Generations = Readonly<Record<string, "signing" | "trusted">>;

const sections = (generations: Generations, restarts: readonly string[] = []) => ({
  authority: {
    subject: { commonName: "Gateway test CA" },
    generations: Object.fromEntries(
      Object.entries(generations).map(([name, state]) => [name, { state }]),
    ),
  },
  choreoConnect: {
    target: { kubernetes: { namespace: NAMESPACE, chart: { path: "charts/choreo-connect" } } },
    upstreamTls: { maximum: "TLS1_2" },
    publicCas: ["ISRG Root X1"],
    backends: {
      payments: {
        endpoints: ["https://payments.cc-shop:8443/v1"],
        namespace: SHOP,
        restarts,
      },
      ratings: { endpoints: ["https://ratings.example.com"], trust: "global" },
    },
    apis: { "Shop-1.0.0": ["payments"] },
  },
});

/** A backend in the form in which its owners deploy it. */
const PAYMENTS = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "payments", namespace: SHOP },
  spec: {
    selector: { matchLabels: { app: "payments" } },
    template: {
      metadata: { labels: { app: "payments" } },
      spec: {
        containers: [
          {
            name: "payments",
            image: "example.com/payments:1",
            volumeMounts: [{ name: "tls", mountPath: "/tls" }],
          },
        ],
        volumes: [{ name: "tls", secret: { secretName: "payments-tls" } }],
      },
    },
  },
};

describe("Choreo Connect", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let held: Held;

  before(async () => {
    await kubectl(["create", "namespace", SHOP]);
    stack = await TestStack.create("choreo-connect", sections({ g1: "signing" }));
    await stack.up();
    await kubectl(["apply", "-f", "-"], stringify(PAYMENTS));
    await stack.configure(sections({ g1: "signing" }, ["payments"]));
    const { changes } = await stack.up();
    assert.deepEqual(changes, [
      "create DeploymentPatch choreo-connect-backend-payments-restart-payments",
    ]);
    await stack.assertSettled();
    held = await readHeld();
  });

  it("has its own pair in each part, in the form that the part reads", () => {
    const fingerprints = PARTS.map((part) => {
      const { key, chain } = held[part];
      assert.match(key, /^-----BEGIN PRIVATE KEY-----/);
      const [leaf] = chain;
      assert.ok(leaf && keyMatchesCertificate(key, leaf.pem));
      assert.deepEqual([...leaf.extendedKeyUsages].sort(), ["clientAuth", "serverAuth"]);
      return leaf.publicKeyFingerprint;
    });
    assert.equal(new Set(fingerprints).size, PARTS.length);
  });

  it("mounts none of the chart's defaults", async () => {
    for (const name of new Set(Object.values(DEPLOYMENTS))) {
      const { spec } = await deployment(NAMESPACE, name);
      const secrets = (spec?.template.spec?.volumes ?? []).flatMap(
        ({ secret }) => secret?.secretName ?? [],
      );
      assert.deepEqual(
        secrets.filter((secret) => secret.includes("default")),
        [],
      );
    }
  });

  it("offers its backends the configured TLS, through variables of the adapter", async () => {
    const { spec } = await deployment(NAMESPACE, DEPLOYMENTS.adapter);
    const [container] = spec?.template.spec?.containers ?? [];
    const variables = new Map(container?.env?.map(({ name, value }) => [name, value]));
    const told = (key: string) => variables.get(`CC_ROUTER_UPSTREAM_TLS_${key}`);
    assert.equal(told("MINIMUMPROTOCOLVERSION"), "TLS1_2");
    assert.equal(told("MAXIMUMPROTOCOLVERSION"), "TLS1_2");
    assert.match(told("CIPHERS") ?? "", /^ECDHE-ECDSA-AES128-GCM-SHA256, /);
    assert.equal(told("VERIFYHOSTNAME"), "true");
  });

  it("has the CA and the chosen public CAs in the router's bundle", async () => {
    const secrets = await ourSecrets(NAMESPACE);
    const [name] = [...secrets.keys()].filter((each) => each.includes("ca-certificates"));
    const bundle = readCertificates(entryOf(secrets.get(name ?? ""), "ca-certificates.crt"));
    assert.deepEqual(
      bundle.map(({ subject }) => subject.commonNames[0]),
      ["Gateway test CA", "ISRG Root X1"],
    );
  });

  describe("when the router's certificate is due for renewal", () => {
    const expected: readonly Change[] = [
      "replace LocallySignedCert choreo-connect-router-certificate",
      "replace Secret choreo-connect-router-keys",
      "update Release choreo-connect",
    ];
    let before_: Held;
    let pods: ReadonlySet<string>;
    let renewed: Update;

    before(async () => {
      before_ = held;
      pods = await podsIn(NAMESPACE);
      await nearlyExpire(stack, "choreo-connect-router-certificate");
    });

    it("shows the renewal in the preview, with what it restarts and nothing else", async () => {
      assert.deepEqual(await stack.preview(), expected);
    });

    it("renews it in one up, as previewed", async () => {
      renewed = await stack.up();
      assert.deepEqual(renewed.changes, expected);
      held = await readHeld();
      assert.notEqual(held.router.chain[0]?.serialNumber, before_.router.chain[0]?.serialNumber);
      assert.equal(held.router.key, before_.router.key);
      await stack.assertSettled();
    });

    it("has restarted both Deployments, which mount its certificate", async () => {
      await until("no pod from before is left", async () => {
        const now = await podsIn(NAMESPACE);
        return now.size === 2 && [...now].every((name) => !pods.has(name));
      });
    });

    it("has parts that accept peers that have not restarted yet, and are accepted by them", () => {
      assertAccepted(held, before_);
      assertAccepted(before_, held);
    });
  });

  describe("when a backend's certificate is due for renewal", () => {
    const expected: readonly Change[] = [
      "replace LocallySignedCert choreo-connect-backend-payments-certificate",
      "replace Secret choreo-connect-backend-payments-keys",
      "update DeploymentPatch choreo-connect-backend-payments-restart-payments",
    ];

    it("shows in the preview what it restarts, and renews it in one up", async () => {
      const pods = await podsIn(SHOP);
      const old = entryOf((await ourSecrets(SHOP)).get("payments-tls"), "tls.crt");
      await nearlyExpire(stack, "choreo-connect-backend-payments-certificate");
      assert.deepEqual(await stack.preview(), expected);
      const { changes } = await stack.up();
      assert.deepEqual(changes, expected);
      assert.notEqual(entryOf((await ourSecrets(SHOP)).get("payments-tls"), "tls.crt"), old);
      await until("the backend's pods are new", async () => {
        const now = await podsIn(SHOP);
        return now.size === 1 && [...now].every((name) => !pods.has(name));
      });
      await stack.assertSettled();
    });
  });

  describe("when the CA is rotated", () => {
    const steps: readonly (readonly [string, Generations, issuedBy: string])[] = [
      ["a second generation is trusted", { g1: "signing", g2: "trusted" }, "g1"],
      ["the second one signs", { g1: "trusted", g2: "signing" }, "g2"],
      ["the first one is dropped", { g2: "signing" }, "g2"],
    ];
    for (const [what, generations] of steps) {
      it(`works with restarts in any order when ${what}`, async () => {
        const before_ = held;
        await stack.configure(sections(generations, ["payments"]));
        await stack.up();
        held = await readHeld();
        assert.equal(held.cas.length, Object.keys(generations).length);
        assertAccepted(held, held);
        assertAccepted(held, before_);
        assertAccepted(before_, held);
        await stack.assertSettled();
      });
    }
  });
});

/** Certificates and keys of the parts and a backend, and the CAs that they trust. */
interface Held extends Readonly<Record<Part, HeldByPart>> {
  readonly cas: readonly Certificate[];
  /** The backend's certificate, and the CAs that it trusts for the router. */
  readonly backend: { readonly leaf: Certificate; readonly trusts: readonly Certificate[] };
  /** CAs of the endpoint in the API project. */
  readonly endpoint: readonly Certificate[];
}

interface HeldByPart {
  readonly key: string;
  /** The certificate file: the part's own certificate first, then the CAs that its peers trust. */
  readonly chain: readonly Certificate[];
}

async function readHeld(): Promise<Held> {
  const secrets = await ourSecrets(NAMESPACE);
  const parts = await Promise.all(
    PARTS.map(async (part) => {
      const secret = secrets.get(await mountedAs(part, `${part}-keystore-cert`));
      const held: HeldByPart = {
        key: entryOf(secret, "tls.key"),
        chain: readCertificates(entryOf(secret, "tls.crt")),
      };
      return [part, held] as const;
    }),
  );
  const byPart = Object.fromEntries(parts) as Record<Part, HeldByPart>;
  const shop = await ourSecrets(SHOP);
  const inShop = await configMapsIn(SHOP);
  const projects = await configMapsIn(NAMESPACE);
  const api = projects.find(({ metadata }) => metadata?.name?.includes("api-shop-1.0.0"));
  const routerCa = inShop.find(({ metadata }) => metadata?.name === "router-ca");
  return {
    ...byPart,
    cas: byPart.router.chain.slice(1),
    backend: {
      leaf: readCertificate(entryOf(shop.get("payments-tls"), "tls.crt")),
      trusts: readCertificates(routerCa?.data?.["ca.crt"] ?? ""),
    },
    endpoint: readCertificates(api?.data?.["payments.pem"] ?? ""),
  };
}

/** Returns the name of the Secret behind a volume of a part's pods. */
async function mountedAs(part: Part, volume: string): Promise<string> {
  const { spec } = await deployment(NAMESPACE, DEPLOYMENTS[part]);
  const found = spec?.template.spec?.volumes?.find(({ name }) => name === volume);
  return found?.secret?.secretName ?? "";
}

/** Asserts that all callers and callees accept each other, with their own certificates and CAs. */
function assertAccepted(callers: Held, callees: Held): void {
  const at = new Date();
  const check = (
    what: string,
    leaf: Certificate | undefined,
    trusted: readonly Certificate[],
    purpose: "clientAuth" | "serverAuth",
    host?: string,
  ) => {
    assert.ok(leaf, what);
    const options = { at, purpose, ...(host !== undefined && { host }) };
    const problems = checkChain(leaf, trusted, options).map(({ message }) => message);
    assert.deepEqual(problems, [], what);
  };
  for (const [caller, callee] of [
    ["router", "adapter"],
    ["router", "enforcer"],
    ["enforcer", "adapter"],
  ] as const) {
    // Router and enforcer are in one pod: neither restarts without the other.
    if (caller === "router" && callee === "enforcer" && callers !== callees) continue;
    const [client] = callers[caller].chain;
    const [server] = callees[callee].chain;
    check(`${caller} at ${callee}`, client, trustedBy(callee, caller, callees), "clientAuth");
    check(
      `${callee} to ${caller}`,
      server,
      trustedBy(caller, callee, callers),
      "serverAuth",
      callee,
    );
  }
  const { backend } = callees;
  check("router at backend", callers.router.chain[0], backend.trusts, "clientAuth");
  check("backend to router", backend.leaf, callers.endpoint, "serverAuth", "payments.cc-shop");
}

/** Returns the CAs that a part trusts for a peer: for the router, the peer's file; for others, all in their folder. */
function trustedBy(part: Part, peer: Part, held: Held): readonly Certificate[] {
  const files = part === "router" ? [peer] : PARTS;
  return files.flatMap((each) => held[each].chain.slice(1));
}

async function podsIn(namespace: string): Promise<Set<string>> {
  return new Set((await runningPods(namespace)).map(({ metadata }) => metadata?.name ?? ""));
}
