import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { backendFiles, apiFiles } from "../../../components/choreo-connect/backend-files";
import { hasStore } from "../../../components/choreo-connect/gateway";
import { composeFiles } from "../../../components/choreo-connect/compose-files";
import type { GatewayFile } from "../../../components/choreo-connect/gateway-file";
import { globalBundle } from "../../../components/choreo-connect/trust";
import { withTokenPair } from "../../../components/choreo-connect/adapter/given-config";
import { readPkcs12 } from "../../../x509";
import { runStack } from "../run-stack";
import { find } from "../tree";
import { reveal } from "../wire";
import { BUNDLE, GATEWAY, KEYS, LEAVES, PASSWORD, named } from "./make-gateway";
import { example, outputsOf, withBackends } from "./make-stack";

/** What everybody is given, checked in for readers. Certificates and keys have whose they are in place of their content. */
const GOLDEN = join(__dirname, "golden");

/** With it set, what comes out is written down as what is expected: to be read in the diff. */
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
  assert.equal(text, expected, `${name}; ${REWRITE}=1 writes it anew`);
}

/** Files in one text, those that only their owner may read marked. */
function listed(files: readonly GatewayFile[]): string {
  return files
    .map(({ path, content, isSecret }) => {
      const text = typeof content === "string" ? content : contentOf(content);
      return `=== ${path}${isSecret ? " (secret)" : ""}\n${text.endsWith("\n") ? text : `${text}\n`}`;
    })
    .join("");
}

/** A store is not the same bytes twice, as salts differ: what is in it stands here. */
function contentOf(store: Buffer): string {
  const { keys, trusted } = readPkcs12(store, PASSWORD);
  return stringify({ keys, trusted });
}

/** As files of values have it. */
const yaml = (value: unknown) => stringify(value, { lineWidth: 0, sortMapEntries: true });

describe("What Choreo Connect and those around it are given", () => {
  const { backends, upstreamTls } = GATEWAY;
  const material = {
    ...{ certificates: LEAVES.parts, keys: KEYS.parts, bundle: BUNDLE },
    tokens: { certificate: LEAVES.tokens, key: KEYS.tokens },
  };
  const FILES = mkdtempSync(join(tmpdir(), "countersign-cc-golden-"));
  after(() => rmSync(FILES, { recursive: true }));

  it("is of API projects their folders of endpoint certificates", () => {
    expect("api-projects.txt", listed(apiFiles(GATEWAY, BUNDLE)));
  });

  it("is of the router the one bundle of CAs", () => {
    expect("ca-certificates.crt", globalBundle(GATEWAY, BUNDLE) ?? "");
  });

  it("is of docker-compose the files that take the place of the distribution's", () => {
    expect(
      "compose.txt",
      listed(composeFiles(GATEWAY, { ...material, project: "choreo-connect" })),
    );
  });

  it("is less of docker-compose without backends that are trusted globally, and another's folder", () => {
    const gateway = { ...GATEWAY, backends: new Map(), controlPlane: undefined };
    const project = "choreo-connect-with-apim";
    expect("compose-with-apim.txt", listed(composeFiles(gateway, { ...material, project })));
  });

  it("is of a backend its pair and its trust, in every form, and what its server is to speak", () => {
    const files = [...backends.values()].map((backend) =>
      backendFiles(backend, upstreamTls, {
        certificate: LEAVES.backends[backend.name],
        key: KEYS.backends[backend.name],
        password: hasStore(backend) ? PASSWORD : undefined,
        bundle: BUNDLE,
      }),
    );
    expect("backends.txt", listed(files.flat()));
  });

  it("is of the adapter its configuration with the pair for tokens in it", () => {
    expect("config.toml", withTokenPair("[router]\n  listenerPort = {{ .Values.port }}"));
  });

  it("is of the chart its values", async () => {
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
    it(`is of everybody the output of the example for ${kind}`, async () => {
      const run = await runStack(example(kind));
      assert.deepEqual(run.errors, []);
      const text = yaml(outputsOf(run).choreoConnect);
      expect(`outputs-${kind}.yaml`, text);
    });

  it("is expected for nothing else", () => {
    assert.deepEqual(readdirSync(GOLDEN).sort(), [...NAMES].sort());
  });
});
