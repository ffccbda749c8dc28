import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import type { StackObject } from "../../cli/fleet/manifests/stack-object";
import { installCrd, kubectl } from "../integration/kubectl";
import { countersign, person, run, type Person } from "../integration/people";
import { commandsOf } from "../pages";
import { realDefinitions, realSystems } from "./definitions";

const STACKS = ["consortium", "org-1", "org-2"];
const ENOUGH = ["--repo", "https://git.example/fleet.git", "--backend", "s3://states"];
/** Each option that adds a field; together, they write every field that there is. */
const EVERYTHING = [
  ...["--env", "PULUMI_CONFIG_PASSPHRASE=passphrases/{stack}", "--namespace", "default"],
  ...[
    "--repo-access",
    "git/token",
    "--organization",
    "acme",
    "--kubeconfig",
    "kubeconfigs/{stack}",
  ],
  ...["--image", "registry.example/pulumi:1"],
];
const BY_SSH = ["--repo", "git@git.example:team/fleet.git", "--preview"];

for (const version of realSystems("pulumi-operator-"))
  describe(`the definitions of the Pulumi Kubernetes Operator ${version}`, function () {
    this.timeout(600_000);
    const installed: string[] = [];
    let who: Person;

    before(async () => {
      for (const text of realDefinitions(`pulumi-operator-${version}`).values()) {
        installed.push(await installCrd(text));
      }
      const name = `real-operator-${version.replaceAll(".", "-")}`;
      who = await person(name, { at: "examples/stack-per-organization" });
      mkdirSync(join(who.folder, "passphrases"));
      for (const stack of STACKS) writeFileSync(join(who.folder, "passphrases", stack), stack);
    });

    after(async () => {
      await kubectl(["delete", "--ignore-not-found", "clusterrolebinding", "fleet-countersign"]);
      await kubectl(["delete", "--ignore-not-found", "namespace", "fleet"]);
      await kubectl(["delete", "crd", ...installed]);
    });

    const manifests = async (...options: string[]) => {
      const text = await countersign(
        who,
        "fleet",
        "manifests",
        ...ENOUGH,
        ...EVERYTHING,
        ...options,
      );
      return parseAllDocuments(text).map((each) => each.toJS() as StackObject);
    };
    const create = (object: object) =>
      kubectl(["create", "--dry-run=server", "--validate=strict", "-f", "-"], stringify(object));

    it("let the commands of docs/operator.md create the Stacks", async () => {
      for (const commands of commandsOf("docs/operator.md"))
        await run(who, "sh", ["-ec", commands.join("\n")]);
      const printed = await kubectl(["get", "stacks.pulumi.com", "-n", "fleet", "-o", "json"]);
      const { items } = JSON.parse(printed) as { items: Found[] };
      assert.deepEqual(
        items.map(({ metadata }) => metadata.name),
        STACKS,
      );
      for (const { metadata, spec } of items) {
        const file = readFileSync(join(who.folder, "manifests", `${metadata.name}.yaml`), "utf8");
        const [written] = parseAllDocuments(file).map((each) => each.toJS() as StackObject);
        assert.deepEqual(spec, written?.spec);
        assert.ok(metadata.annotations?.["pulumi.com/reconciliation-request"]);
      }
    });

    it("accept every field that an option writes", async () => {
      for (const options of [[], ["--preview"], BY_SSH])
        for (const object of await manifests(...options))
          assert.match(await create(object), /created \(server dry run\)/);
    });

    it("refuse a field that they do not have, and a longer name than we write", async () => {
      const [object] = await manifests();
      assert.ok(object);
      const { metadata, spec } = object;
      for (const [wrong, message] of [
        [{ spec: { ...spec, resyncSeconds: 60 } }, /unknown field "spec\.resyncSeconds"/],
        [
          { spec: { ...spec, workspaceTemplate: { spec: { imageName: "a" } } } },
          /unknown field "spec\.workspaceTemplate\.spec\.imageName"/,
        ],
        [{ spec: { ...spec, prerequisites: ["consortium"] } }, /spec\.prerequisites/],
        [{ metadata: { ...metadata, name: "a".repeat(43) } }, /no more than 42 characters/],
      ] as const)
        await assert.rejects(create({ ...object, ...wrong }), message);
      await create({ ...object, metadata: { ...metadata, name: "a".repeat(42) } });
    });
  });

interface Found {
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}
