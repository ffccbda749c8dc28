import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stringify } from "yaml";
import { filesOf, keyFilesOf } from "../../../../systems/choreo/export/export-command";
import type { Row } from "../../../../systems/choreo/outputs";
import { planJson, planText } from "../../../../systems/choreo/export/plan-command";
import { saveExport } from "../../../../export/save";
import { makeProject, type Project } from "../../verify/make-choreo";
import { expectGolden } from "../../../unit/golden";

/** All outputs of a project, checked in for readers. Names replace everything that changes with each run. */
const golden = (name: string) => join(__dirname, "golden", name);

const MATERIALS: readonly Row["holds"][] = ["certificate", "key", "ca"];

/** Replaces keys, certificates, their hashes, and days with names. */
function readable({ outputs, keys }: Project, text: string): string {
  const { caBundle, certificates, choreo } = outputs;
  const components = Object.entries(choreo.components);
  const materials = [
    [caBundle, "CA certificates"] as const,
    ...components.flatMap(([name]) => [
      [certificates.choreo[name]?.certificate ?? "", `certificate of ${name}`] as const,
      [keys[name] ?? "", `key of ${name}`] as const,
    ]),
  ].filter(([pem]) => pem !== "");
  const hashes = components.flatMap(([, { plan }]) =>
    plan.filter(({ holds }) => MATERIALS.includes(holds)),
  );
  const replacements = [
    ...materials.flatMap(([pem, what]) => [
      [pem, `<${what}>`] as const,
      [JSON.stringify(pem).slice(1, -1), `<${what}>`] as const,
    ]),
    ...hashes.map(({ holds, sha256 }) => [sha256, `<hash of its ${holds}>`] as const),
    // They have the same length, so that columns stay aligned.
    ...hashes.map(
      ({ holds, sha256 }) => [sha256.slice(0, 16), `<${holds}>`.padEnd(16, ".")] as const,
    ),
  ];
  return replacements
    .reduce((shown, [found, name]) => shown.replaceAll(found, name), text)
    .replace(/until \d{4}-\d\d-\d\d/g, "until <the day>")
    .replace(/"notAfter": "[^"]*"/g, '"notAfter": "<the time>"');
}

/** Returns modes, paths, and contents of the files in a folder. */
function treeOf(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).isFile() || statSync(path).isDirectory())
    .sort()
    .map((path) => {
      const status = statSync(path);
      const mode = (status.mode & 0o777).toString(8);
      const name = relative(folder, path);
      if (status.isDirectory()) return `${mode} ${name}/\n`;
      const lines = readFileSync(path, "utf8").trimEnd().split("\n");
      // The record contains a hash of everything.
      const shown = name.endsWith(".json") ? [] : lines;
      return [`${mode} ${name}`, ...shown.map((line) => `      ${line}`), ""].join("\n");
    })
    .join("");
}

describe("the outputs of a Choreo project", () => {
  it("are the expected plan for Choreo's console", async () => {
    const project = await makeProject("console");
    expectGolden(golden("plan.txt"), readable(project, planText(project.outputs)));
    expectGolden(golden("plan.json"), readable(project, planJson(project.outputs)));
  });

  it("are the expected export", async () => {
    const project = await makeProject("console");
    const folder = mkdtempSync(join(tmpdir(), "countersign-choreo-"));
    try {
      const files = filesOf(project.outputs, project.keys).map((file) => ({
        ...file,
        content: readable(project, file.content.toString()),
      }));
      saveExport(folder, files, { record: ".countersign-choreo.json", force: false });
      expectGolden(golden("export.txt"), treeOf(folder));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are the expected objects for OpenChoreo", async () => {
    const project = await makeProject("openchoreo");
    const objects = Object.entries(project.objects)
      .filter(([name]) => /\/(workloads|secretreferences|pushsecrets)\//.test(name))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, object]) => ({ ...object, status: undefined }))
      .map((object) => stringify(object, { lineWidth: 0, sortMapEntries: true }));
    const text = readable(project, objects.join("---\n"));
    // The form of certificates in YAML.
    const shown = text
      .replace(
        /\|\n(?: +-----BEGIN CERTIFICATE-----\n(?: +\S+\n)*? +-----END CERTIFICATE-----\n)+/g,
        "<PEM>\n",
      )
      .replace(/\b(ns-\w+-key)-[0-9a-f]{8}\b/g, "$1-<hash>");
    expectGolden(golden("openchoreo.yml"), shown);
  });

  it("are the expected plan and export of keys for a store that people write to", async () => {
    const project = await makeProject("by-hand");
    const hashes = /\b(ns-\w+-key)-[0-9a-f]{8}\b/g;
    const shown = (text: string) => readable(project, text).replace(hashes, "$1-<hash>");
    expectGolden(golden("by-hand-plan.txt"), shown(planText(project.outputs)));
    const files = keyFilesOf(project.outputs, project.keys).map(
      ({ path, content }) => `${shown(path)}: ${shown(content.toString()).trimEnd()}\n`,
    );
    expectGolden(golden("by-hand-export.txt"), files.join(""));
  });
});
