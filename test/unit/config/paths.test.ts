import assert from "node:assert/strict";
import { z } from "zod";
import { sectionsOf } from "../../../config";
import { COMMANDS } from "../../../systems/commands";
import { partsOf, path, pathsIn } from "../../../config/paths";

type Schema = z.core.$ZodType;

/** Texts that a key for a path would accept, whatever it checks: all but the first are paths that exist. */
const PATHS = ["some/file.yaml", "./package.json", "charts/orchestrator", "examples/spinnaker"];

/** Keys that accept any text, and so also one that looks like a path, although they are not for paths. */
const NO_PATHS = [
  "authority.generations.*.certificate",
  "authority.generations.*.chain",
  "authority.generations.*.key",
  "authority.subject.commonName",
  "authority.subject.organization",
  "choreo.components.*.client.identity",
  "choreo.components.*.image",
  "choreoConnect.apis.*.*",
  "choreoConnect.backends.*.routerTrust.publicCas.*",
  "choreoConnect.backends.*.storePassword",
  "choreoConnect.publicCas.*",
  "choreoConnect.target.kubernetes.chart.name",
  "enrollments.*.commonName",
  "orchestrator.channels.*.organizations.*",
  "orchestrator.chart.name",
  "organizations.*.chart.name",
  "organizations.*.database.password",
  "organizations.*.organizationName",
  "serviceEnrollments.*.organization",
  "serviceEnrollments.*.services.*.commonName",
  "serviceEnrollments.*.services.*.organization",
  "services.*.certificate.commonName",
  "services.*.certificate.organization",
  "services.*.files.storePassword",
  "services.*.release.chart.name",
  "services.*.trust.certificates",
  "services.*.trust.publicCas.*",
  "spinnaker.services.*.storePassword",
  "spinnaker.services.*.trust.certificates",
  "spinnaker.services.*.trust.publicCas.*",
  "spinnaker.trustStorePassword",
];

interface Leaf {
  readonly key: string;
  readonly schema: Schema;
  readonly isPath: boolean;
}

/** Returns the keys of a schema that accept a text, each with all its checks. */
function textsIn(schema: Schema, key: string, checked = schema): Leaf[] {
  const parts = partsOf(schema);
  if (parts.length === 0) {
    const isPath = pathsIn(schema, "file").length > 0;
    return schema._zod.def.type === "string" ? [{ key, schema: checked, isPath }] : [];
  }
  return parts.flatMap(({ key: inner, part }) =>
    inner === undefined
      ? textsIn(part, key, schema._zod.def.type === "pipe" ? checked : part)
      : textsIn(part, `${key}.${inner}`),
  );
}

describe("the paths of the configuration", () => {
  const texts = Object.entries(sectionsOf(COMMANDS)).flatMap(([name, schema]) =>
    textsIn(schema, name),
  );

  it("are all marked as such, so that changes of these files are noticed", () => {
    const unmarked = texts
      .filter((each) => !each.isPath)
      .filter(({ schema }) => PATHS.some((text) => z.safeParse(schema, text).success))
      .map(({ key }) => key);
    assert.deepEqual(
      [...new Set(unmarked)].sort(),
      NO_PATHS,
      "a key accepts paths: create it with `path()` of config/paths.ts, or list it here if it is not for a path",
    );
  });

  it("are these", () => {
    assert.deepEqual(
      texts.filter((each) => each.isPath).map(({ key }) => key),
      [
        "orchestrator.chart.path",
        "organizations.*.signedBy.directory",
        "organizations.*.chart.path",
        "enrollments.*.request.file",
        "spinnaker.target.operator.manifest",
        "spinnaker.target.kustomize.directory",
        "choreo.components.*.workload",
        "choreoConnect.target.kubernetes.chart.path",
        "choreoConnect.target.kubernetes.configToml",
        "services.*.signedBy.directory",
        "services.*.release.chart.path",
        "servicesSignedBy.directory",
        "serviceEnrollments.*.requests.directory",
      ],
    );
  });

  const schema = z
    .strictObject({
      file: path("file")
        .transform((file) => file.length)
        .optional(),
      lists: z.record(z.string(), z.array(z.union([path("folder"), z.number()]))).prefault({}),
      other: z.string().default("x"),
    })
    .transform((own) => own);

  it("are found wherever the schema has them", () => {
    const value = { file: "a", lists: { one: ["b", 1], other: ["c"] }, other: "d", more: "e" };
    assert.deepEqual(pathsIn(schema, value), ["a", "b", "c"]);
  });

  it("are none if the value does not match the schema", () => {
    for (const value of [undefined, null, 1, "a", [], { file: "" }, { file: { secure: "x" } }]) {
      assert.deepEqual(pathsIn(schema, value), []);
    }
    assert.deepEqual(pathsIn(schema, { lists: { one: "a" } }), []);
  });

  it("would not be overlooked in an unknown kind of schema", () => {
    assert.throws(() => pathsIn(z.set(path("file")), new Set(["a"])), /of type set/);
  });

  it("would be reported as unmarked if one were an ordinary text, even one with checks", () => {
    const found = textsIn(z.strictObject({ file: z.string().min(1).optional() }), "section");
    assert.deepEqual(
      found.map(({ key, isPath: marked }) => [key, marked]),
      [["section.file", false]],
    );
  });
});
