import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { sectionsOf } from "../../../config";
import { COMMANDS } from "../../../systems/commands";
import { section } from "../../../config/fields";
import { partsOf, pathsIn } from "../../../config/paths";
import { PAGE, SCHEMA, withKeys } from "../../../docs/configuration";
import { stackFileSchema } from "../../../docs/stack-file-schema";
import { findingsIn, stackFileOf } from "./editor";
import { GOOD, goodExcept } from "./make-config";

interface Key {
  readonly path: string;
  readonly schema: z.core.$ZodType;
}

/** Returns every key in a schema, and in the schemas of its keys. */
function keysOf(schema: z.core.$ZodType, path = ""): Key[] {
  return partsOf(schema).flatMap(({ key, part }) => {
    const own = key === undefined ? path : `${path}.${key}`;
    const isKey = key !== undefined && key !== "*";
    return [...(isKey ? [{ path: own, schema: part }] : []), ...keysOf(part, own)];
  });
}

function examplesOf(schema: z.core.$ZodType): readonly unknown[] {
  return (z.globalRegistry.get(schema)?.examples ?? []) as unknown[];
}

/**
 * Returns the keys without documentation: those without a description, and those without an example and further keys.
 */
function unexplained(schema: z.core.$ZodType): string[] {
  return keysOf(schema)
    .filter((key) => {
      const description = z.globalRegistry.get(key.schema)?.description ?? "";
      const isLeaf = keysOf(key.schema).length === 0;
      return description === "" || (isLeaf && examplesOf(key.schema).length === 0);
    })
    .map(({ path }) => path);
}

describe("the keys of the configuration", () => {
  const all = z.strictObject(sectionsOf(COMMANDS));

  it("all have a description and an example; see config/about.ts", () => {
    assert.deepEqual(unexplained(all), []);
  });

  it("would be reported without one, wherever they are", () => {
    const inner = section({ key: z.string().optional(), other: z.string().describe("Another") });
    const schema = section({ map: z.record(z.string(), inner.optional()).describe("A map") });
    assert.deepEqual(unexplained(schema), [".map.*.key", ".map.*.other"]);
  });

  it("accept their examples", () => {
    for (const { path, schema } of keysOf(all))
      for (const example of examplesOf(schema)) {
        const isShort = JSON.stringify(example).includes("…");
        const isUnfollowed = isShort || pathsIn(schema, example).length > 0;
        assert.ok(isUnfollowed || z.safeParse(schema, example).success, path);
      }
  });
});

describe("docs/configuration.md and config/schema.json", () => {
  it("are generated from the schemas; make schema writes them", () => {
    const page = readFileSync(PAGE, "utf8");
    assert.equal(page, withKeys(page), "run make schema");
    assert.deepEqual(
      JSON.parse(readFileSync(SCHEMA, "utf8")),
      stackFileSchema(),
      "run make schema",
    );
  });
});

describe("an editor that knows config/schema.json", () => {
  const at = (path: string) => `/config/countersign:${path}`;
  const onlyOne = (path: string, limit: string) => [
    `${at(path)} should NOT have ${limit} than 1 properties`,
  ];

  for (const [title, changes, ...findings] of [
    ["an unknown section", { spinaker: {} }, "/config should NOT have additional properties"],
    [
      "an unknown key",
      { "authority/subject/country": "CH" },
      `${at("authority/subject")} should NOT have additional properties`,
    ],
    [
      "a key that is missing",
      { "organizations/MyOrg1MSP/hostname": undefined },
      `${at("organizations/MyOrg1MSP")} should have required property 'hostname'`,
    ],
    [
      "a value that is none of the choices",
      { "authority/generations/g1/state": "signs" },
      `${at("authority/generations/g1/state")} should be equal to one of the allowed values`,
    ],
    [
      "a text instead of a number",
      { "orchestrator/timeout": "600" },
      `${at("orchestrator/timeout")} should be integer`,
    ],
    [
      "a number that is too small",
      { "orchestrator/timeout": 0 },
      `${at("orchestrator/timeout")} should be >= 1`,
    ],
    [
      "a list instead of a map",
      { "orchestrator/channels": [] },
      `${at("orchestrator/channels")} should be object`,
    ],
    [
      "a name that is not allowed",
      { "authority/generations": { "1": { state: "signing" } } },
      `${at("authority/generations")} should match pattern "^[a-z][a-z\\d-]{0,15}$"`,
      `${at("authority/generations")} property name '1' is invalid`,
    ],
    [
      "no target",
      { spinnaker: { target: {}, phase: "want" } },
      ...onlyOne("spinnaker/target", "fewer"),
    ],
    [
      "two targets",
      { spinnaker: { target: { operator: {}, halyard: {} }, phase: "want" } },
      ...onlyOne("spinnaker/target", "more"),
    ],
    [
      "a secret that is not a text",
      { "orchestrator/channels/mychannel": { secure: "v1:abc" } },
      `${at("orchestrator/channels/mychannel")} should NOT have additional properties`,
      `${at("orchestrator/channels/mychannel")} should have required property 'organizations'`,
    ],
  ] as const)
    it(`finds ${title}`, () => {
      assert.deepEqual(findingsIn(stackFileOf(goodExcept(changes))), findings);
    });

  it("finds a number instead of a text, and an empty text that must not be empty", () => {
    const findings = (commonName: unknown) =>
      findingsIn(stackFileOf(goodExcept({ "authority/subject/commonName": commonName })));
    assert.match(findings(5).join("\n"), /subject\/commonName should be string/);
    assert.match(findings("").join("\n"), /subject\/commonName should NOT be shorter than 1/);
  });

  it("accepts secrets, and keys of Pulumi and of other programs", () => {
    const secret = { secure: "v1:abc" };
    const { config } = stackFileOf(
      goodExcept({
        "authority/generations/g1": { state: "signing", certificate: "PEM", key: secret },
        "organizations/MyOrg1MSP/hostname": secret,
        "orchestrator/dnsNames": [secret],
        "orchestrator/values": { minio: { password: secret } },
        enrollments: secret,
        clusterDomain: secret,
      }),
    ) as { config: object };
    const file = {
      encryptionsalt: "v1:abc",
      config: { ...config, "kubernetes:context": "kind", "other:any": { thing: [1] } },
    };
    assert.deepEqual(findingsIn(file), []);
    assert.deepEqual(findingsIn({ config: { context: "kind" } }), [
      "/config should NOT have additional properties",
    ]);
    assert.deepEqual(findingsIn({ ...file, confg: {} }), ["should NOT have additional properties"]);
    assert.deepEqual(findingsIn(stackFileOf(GOOD)), []);
  });
});

describe("the stack files of this repository", () => {
  const pattern = ":(glob)**/Pulumi.*.yaml";
  const listed = execFileSync("git", ["ls-files", "--", pattern], { encoding: "utf8" });

  for (const file of listed.trim().split("\n"))
    it(`name config/schema.json, and match it: ${file}`, () => {
      const text = readFileSync(file, "utf8");
      const [, path = ""] = /^# yaml-language-server: \$schema=(.*)\n/.exec(text) ?? [];
      // A project of its own has the package's copy, once it is installed.
      if (/^(templates|examples)\//.test(file)) {
        assert.equal(path, "node_modules/countersign/config/schema.json");
      } else {
        assert.equal(join(dirname(file), path), "config/schema.json");
        assert.ok(existsSync(join(dirname(file), path)));
      }
      assert.deepEqual(findingsIn(parse(text)), []);
    });
});
