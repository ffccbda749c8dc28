import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import {
  apiFiles,
  backendFiles,
  composeFiles,
  type GatewayFile,
} from "../../../components/choreo-connect/gateway-files";
import { hasStore } from "../../../components/choreo-connect/gateway";
import { globalBundle } from "../../../components/choreo-connect/trust";
import { withTokenPair } from "../../../components/choreo-connect/adapter/given-config";
import { isJks, readJks, readPkcs12 } from "../../../x509";
import { runStack } from "../run-stack";
import { find } from "../tree";
import { reveal } from "../wire";
import { BUNDLE, GATEWAY, KEYS, LEAVES, PASSWORD, named } from "./make-gateway";
import { example, outputsOf, withBackends } from "./make-stack";

/** Material of all parties, checked in for readers. Certificates and keys are replaced by their owner's name. */
const GOLDEN = join(__dirname, "golden");

/** Environment variable that makes the tests write their results as the expected ones, to be reviewed in the diff. */
const REWRITE = "COUNTERSIGN_REWRITE_GOLDEN";

const NAMES = [
  "api-projects.txt",
  "backends.txt",
  "ca-certificates.crt",
  "compose.txt",
  "compose-with-apim.txt",
  "config.toml",
  "outputs-compose.yaml",
  "outputs-kubernetes.yaml",
  "values.yaml",
  "values-everything.yaml",
] as const;

function expect(name: (typeof NAMES)[number], content: string): void {
  const text = named(content);
  assert.doesNotMatch(text, /PRIVATE KEY/);
  if (process.env[REWRITE] !== undefined) {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(join(GOLDEN, name), text);
  }
  const expected = readFileSync(join(GOLDEN, name), "utf8");
  assert.equal(text, expected, `${name}; ${REWRITE}=1 rewrites it`);
}

/** Files in one text, with a mark at those that only their owner may read. */
function listed(files: readonly GatewayFile[]): string {
  return files
    .map(({ path, content, isSecret }) => {
      const text = typeof content === "string" ? content : contentOf(content);
      return `=== ${path}${isSecret ? " (secret)" : ""}\n${text.endsWith("\n") ? text : `${text}\n`}`;
    })
    .join("");
}

/** Content of a store in place of its bytes, which differ each time because of salts. */
function contentOf(store: Buffer): string {
  const { keys, trusted } = (isJks(store) ? readJks : readPkcs12)(store, PASSWORD);
  return stringify({ keys, trusted });
}

/** Writes values as values files do. */
const yaml = (value: unknown) => stringify(value, { lineWidth: 0, sortMapEntries: true });

describe("The material of Choreo Connect and its peers", () => {
  const { backends, upstreamTls } = GATEWAY;
  const material = {
    ...{ certificates: LEAVES.parts, keys: KEYS.parts, bundle: BUNDLE },
    tokens: { certificate: LEAVES.tokens, key: KEYS.tokens },
  };
  const FILES = mkdtempSync(join(tmpdir(), "countersign-cc-golden-"));
  after(() => rmSync(FILES, { recursive: true }));

  it("consists of folders of endpoint certificates, for API projects", () => {
    expect("api-projects.txt", listed(apiFiles(GATEWAY, BUNDLE)));
  });

  it("consists of the single bundle of CAs, for the router", () => {
    expect("ca-certificates.crt", globalBundle(GATEWAY, BUNDLE) ?? "");
  });

  it("consists of files that replace the distribution's, for docker-compose", () => {
    expect(
      "compose.txt",
      listed(composeFiles(GATEWAY, { ...material, project: "choreo-connect" })),
    );
  });

  it("is less, and in another folder, for docker-compose without globally trusted backends", () => {
    const gateway = { ...GATEWAY, backends: [], controlPlane: undefined };
    const project = "choreo-connect-with-apim";
    expect("compose-with-apim.txt", listed(composeFiles(gateway, { ...material, project })));
  });

  it("consists of its pair, its trust in every form, and its TLS settings, for a backend", () => {
    const files = backends.map((backend) =>
      backendFiles(backend, upstreamTls, {
        certificate: LEAVES.backends[backend.name],
        key: KEYS.backends[backend.name],
        password: hasStore(backend) ? PASSWORD : undefined,
        bundle: BUNDLE,
      }),
    );
    expect("backends.txt", listed(files.flat()));
  });

  it("consists of its configuration with the pair for tokens, for the adapter", () => {
    expect("config.toml", withTokenPair("[router]\n  listenerPort = {{ .Values.port }}"));
  });

  it("consists of values, for the chart", async () => {
    const values = async (sections: object) => {
      const { resources, errors } = await runStack(sections, { preview: true });
      assert.deepEqual(errors, []);
      const { inputs } = find(resources, "choreo-connect", "Release");
      return yaml((reveal(inputs) as { values: object }).values);
    };
    const sections = example("kubernetes");
    const { authority, choreoConnect } = sections;
    expect(
      "values.yaml",
      await values({ authority, choreoConnect: { ...choreoConnect, upstreamTls: undefined } }),
    );
    const configToml = join(FILES, "config.toml");
    writeFileSync(configToml, "[router]\n  listenerPort = 9090\n");
    const target = {
      kubernetes: {
        ...{ releaseName: "gw", configToml, backendJwt: true },
        chart: { path: "charts/choreo-connect" },
        values: {
          wso2: {
            deployment: {
              adapter: { podAnnotations: { team: "gateway" } },
              gatewayRuntime: { router: { ingress: { hostname: "gw.example.com" } } },
            },
          },
        },
      },
    };
    const { choreoConnect: all } = withBackends(sections, { stock: { trust: "global" } });
    const { "Shop-1.0.0": shop } = all.apis;
    expect(
      "values-everything.yaml",
      await values({
        authority,
        choreoConnect: { ...all, target, apis: { shop }, publicCas: ["ISRG Root X1"] },
      }),
    );
  });

  for (const kind of ["kubernetes", "compose"] as const)
    it(`consists of the outputs of the example for ${kind}, for everybody`, async () => {
      const run = await runStack(example(kind));
      assert.deepEqual(run.errors, []);
      const text = yaml(outputsOf(run).choreoConnect);
      expect(`outputs-${kind}.yaml`, text);
    });

  it("has no other expected files", () => {
    assert.deepEqual(readdirSync(GOLDEN).sort(), [...NAMES].sort());
  });
});
