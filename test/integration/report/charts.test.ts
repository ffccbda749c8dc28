import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ManifestChanges } from "../../../cli/report/model";
import type { PlannedResource } from "../../../cli/report/plan";
import { releaseChanges } from "../../../cli/report/releases";
import type { ChartOptions } from "../../../cli/report/releases/manifests-part";
import { UNKNOWN } from "../../../cli/report/value";
import { ensureToolchain, fileOf } from "../../../toolchain";
import { makePlan, makeResource } from "../../unit/cli/report/make-plan";
import { givenSecret } from "../../unit/cli/report/releases/given-secret";
import { CHART, chartProject, type ChartProject } from "./chart-project";
import { serveFolder } from "./serve-folder";

describe("charts in a report", function () {
  this.timeout(120_000);
  let helm: string;
  let project: ChartProject;
  let temporary: string;
  const { TMPDIR } = process.env;

  before(async function () {
    // If nothing is cached, this builds Helm.
    this.timeout(20 * 60_000);
    helm = fileOf(await ensureToolchain(["test"]), "helm");
    project = chartProject();
    project.write("1.0.0");
    project.commit("deployed");
    project.write("1.1.0");
    temporary = mkdtempSync(join(tmpdir(), "countersign-test-"));
    process.env.TMPDIR = temporary;
  });
  after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(temporary, { recursive: true });
    project.remove();
  });
  afterEach(() => assert.deepEqual(readdirSync(temporary), []));

  interface Side {
    readonly version: string;
    readonly values?: object;
    readonly chart?: object;
  }

  function upgrade(
    name: string,
    before: Side | undefined,
    after: Side,
    changes: readonly string[] = [],
  ) {
    const inputs = ({ version, values = {}, chart = { chart: CHART } }: Side) => ({
      inputs: { ...chart, version, name, namespace: "ns", values },
    });
    const sides = { before: before && inputs(before), after: inputs(after) };
    const operation = before ? "update" : "create";
    return {
      ...makeResource({ type: "kubernetes:helm.sh/v3:Release", name, operation, ...sides }),
      changes: changes.map((path) => ({ path, kind: "update" }) as const),
    };
  }

  function render(options: Partial<ChartOptions>, ...releases: readonly PlannedResource[]) {
    const plan = makePlan(...releases);
    return releaseChanges(plan, {
      project: project.folder,
      base: undefined,
      charts: true,
      helm,
      ...options,
    });
  }

  async function unavailable(options: Partial<ChartOptions>, before: Side, after: Side) {
    const [change] = await render(options, upgrade("app", before, after));
    assert.equal(change?.rolls, UNKNOWN);
    assert.ok("unavailable" in change.manifests, JSON.stringify(change.manifests));
    return change.manifests.unavailable;
  }

  function objectsOf(manifests: ManifestChanges | undefined) {
    assert.ok(manifests && "objects" in manifests, JSON.stringify(manifests));
    return new Map(manifests.objects.map((each) => [`${each.kind} ${each.name}`, each]));
  }

  it("from a folder are compared with those in git, and no secret value is shown", async () => {
    const pair = givenSecret("pair", "replace", "pair-11111111", "pair-22222222");
    const password = "[secret]";
    const release = upgrade(
      "app",
      { version: "1.0.0", values: { password, pair: "pair-11111111" } },
      { version: "1.1.0", values: { password, pair: "pair-22222222" } },
      ["values.password"],
    );
    const [change] = await render({ base: "HEAD" }, pair, release);
    assert.deepEqual(change?.rolls, ["Deployment app"]);
    const objects = objectsOf(change.manifests);
    assert.deepEqual([...objects.keys()], ["ConfigMap app", "Deployment app", "Secret app"]);
    assert.deepEqual(objects.get("ConfigMap app")?.diff.split("\n").slice(2, 5), [
      " data:",
      "-  url: https://app:(secret)@host",
      "+  url: https://app:(secret, changed)@host",
    ]);
    assert.deepEqual(objects.get("Secret app")?.diff.split("\n").slice(2, 5), [
      " data:",
      "-  password: (hidden)",
      "+  password: (hidden, changed)",
    ]);
    const deployment = objects.get("Deployment app")?.diff ?? "";
    assert.deepEqual(
      deployment.split("\n").filter((line) => /^[-+] .*(value|image):/.test(line)),
      [
        "-              value: pair-11111111",
        "-          image: app:1.0.0",
        "+              value: <new name of pair>",
        "+          image: app:1.1.0",
      ],
    );
    assert.match(deployment, /^\+ +checksum\/secret: [0-9a-f]{64}$/m);
  });

  it("of a new release are reported with all their objects", async () => {
    const [change] = await render({}, upgrade("app", undefined, { version: "1.1.0" }));
    const objects = objectsOf(change?.manifests);
    assert.deepEqual(
      [...objects].map(([title, { operation, diff }]) => [title, operation, diff]),
      ["ConfigMap app", "Deployment app", "Job hook", "Secret app"].map((title) => [
        title,
        "added",
        "",
      ]),
    );
    assert.deepEqual(change?.rolls, []);
  });

  it("from the current folder stand in for those of the same version, as the report notes", async () => {
    const release = upgrade(
      "app",
      { version: "1.1.0" },
      { version: "1.1.0", values: { pair: "x" } },
    );
    const [change] = await render({}, release);
    assert.ok(change && "objects" in change.manifests);
    assert.deepEqual(change.manifests.notes, [
      "what is deployed is rendered with the chart in charts/app as it is now",
    ]);
    assert.deepEqual(change.rolls, ["Deployment app"]);
  });

  it("from a folder that has been replaced by another one are rendered only for the deployed side", async () => {
    const other = "vendor/app";
    cpSync(join(project.folder, CHART), join(project.folder, other), { recursive: true });
    const moved = { version: "1.1.0", chart: { chart: other }, values: { pair: "x" } };
    const [change] = await render({}, upgrade("app", { version: "1.1.0" }, moved));
    assert.deepEqual(change?.chart, {
      before: { name: "app", version: "1.1.0", from: CHART },
      after: { name: "app", version: "1.1.0", from: other },
    });
    assert.deepEqual(change.why, ["the chart comes from another place", "value pair changes"]);
    assert.ok("objects" in change.manifests);
    assert.deepEqual(change.manifests.notes, [
      "what is deployed is rendered with the chart in charts/app as it is now",
    ]);
    assert.deepEqual(change.rolls, ["Deployment app"]);
  });

  it("of another version than the deployed one are not used", async () => {
    const [old, coming] = [{ version: "1.0.0" }, { version: "1.1.0" }];
    assert.equal(
      await unavailable({}, old, coming),
      "the deployed chart has version 1.0.0, and charts/app has 1.1.0 now; give --base the revision that is deployed",
    );
    assert.equal(
      await unavailable({ base: "HEAD" }, { version: "0.9.0" }, coming),
      "revision HEAD has version 1.0.0 of the chart in charts/app, and 0.9.0 is deployed; give --base the revision that is deployed",
    );
    assert.equal(
      await unavailable({ base: "HEAD" }, old, { version: "2.0.0" }),
      "the chart in charts/app has version 1.1.0, and the preview was made with 2.0.0",
    );
    assert.equal(
      await unavailable({ base: "--output=x" }, old, coming),
      "git does not know revision --output=x here (is the clone shallow?)",
    );
  });

  it("that do not render with placeholders are reported", async () => {
    const values = { number: "[secret]" };
    assert.equal(
      await unavailable(
        { base: "HEAD" },
        { version: "1.0.0", values },
        { version: "1.1.0", values },
      ),
      "the chart cannot be rendered with placeholders for its secret or unknown values: number is (secret), which is none",
    );
  });

  it("that do not render at all are reported with Helm's message", async () => {
    const values = { number: "one" };
    assert.equal(
      await unavailable({ base: "HEAD" }, { version: "1.0.0" }, { version: "1.1.0", values }),
      "the chart cannot be rendered: number is one, which is none",
    );
  });

  it("need Helm", async () => {
    const program = "helm-that-nobody-has";
    assert.equal(
      await unavailable(
        { base: "HEAD", helm: program },
        { version: "1.0.0" },
        { version: "1.1.0" },
      ),
      "there is no program `helm-that-nobody-has` to render charts with; install Helm 3.14 or later",
    );
  });

  describe("with random values", () => {
    const drawn = `apiVersion: apps/v1
kind: Deployment
metadata: { name: drawn }
spec: { template: { metadata: { annotations: { roll: {{ randAlphaNum 9 | quote }} } } } }
---
apiVersion: v1
kind: Secret
metadata: { name: key }
stringData: { SECRET_KEY: {{ randAlphaNum 9 | quote }}, fixed: "1" }
`;
    const lookup = `{{ $found := lookup "v1" "Secret" .Release.Namespace "key" }}`;
    const key = { object: "Secret key", fields: ["SECRET_KEY"], consequence: undefined };
    const open = "whether these roll depends on what the templates find in the cluster";
    const side = { version: "1.2.0" };

    const upgraded = async (template: string) => {
      project.write("1.2.0", { "drawn.yaml": template });
      try {
        const [change] = await render({}, upgrade("app", side, { ...side, values: { pair: "x" } }));
        assert.ok(change && "objects" in change.manifests);
        return change;
      } finally {
        rmSync(join(project.folder, CHART, "templates", "drawn.yaml"));
        project.write("1.1.0");
      }
    };

    it("are compared without them, and the report lists what every upgrade rolls and generates again", async () => {
      const { rolls, redraws, manifests } = await upgraded(drawn);
      assert.deepEqual(rolls, ["Deployment app", "Deployment drawn"]);
      assert.deepEqual(redraws, [{ ...key, mayStay: false }]);
      assert.deepEqual([...objectsOf(manifests).keys()], ["Deployment app"]);
    });

    it("may keep values that their templates find in the cluster", async () => {
      const { rolls, redraws, manifests } = await upgraded(`${lookup}\n${drawn}`);
      assert.deepEqual(rolls, ["Deployment app"]);
      assert.deepEqual(redraws, [{ ...key, mayStay: true }]);
      assert.ok("notes" in manifests);
      assert.ok(manifests.notes.includes(`${open}: Deployment drawn`), manifests.notes.join("\n"));
    });
  });

  describe("from a repository", () => {
    let server: Server;
    let url: string;
    let asked: readonly string[];

    before(async () => {
      const served = join(project.folder, "served");
      mkdirSync(served);
      for (const version of ["1.0.0", "1.1.0"]) {
        project.write(version);
        project.run(helm, "package", CHART, `--destination=${served}`);
      }
      project.run(helm, "repo", "index", served);
      ({ server, url, asked } = await serveFolder(served));
    });
    after(() => void server.close());

    const from = (repo: string) => ({ chart: "app", repositoryOpts: { repo } });

    it("are downloaded once for all releases", async () => {
      const chart = from(url);
      const releases = ["a", "b", "c"].map((name) =>
        upgrade(name, { version: "1.0.0", chart }, { version: "1.1.0", chart }),
      );
      const found = await render({}, ...releases);
      assert.deepEqual(
        found.map(({ name, rolls, manifests }) => [name, rolls, objectsOf(manifests).size]),
        ["a", "b", "c"].map((name) => [name, [`Deployment ${name}`], 1]),
      );
      const archives = asked.filter((path) => path.endsWith(".tgz")).sort();
      assert.deepEqual(archives, ["/app-1.0.0.tgz", "/app-1.1.0.tgz"]);
    });

    it("that do not exist are reported", async () => {
      const chart = from(url);
      const old = { version: "1.0.0", chart };
      const said = await unavailable({}, old, { version: "3.0.0", chart });
      assert.match(
        said,
        /^chart app of http:\/\/127\.0\.0\.1:\d+ in version 3\.0\.0 cannot be downloaded: .*3\.0\.0/,
      );
      assert.equal(
        await unavailable({}, old, { version: "^1.0", chart }),
        "^1.0 is not an exact version of the chart: the `up` will choose one",
      );
    });

    it("that cannot be downloaded are reported without credentials", async () => {
      const chart = from("http://user:hunter2@127.0.0.1:1/x?token=hunter2");
      const said = await unavailable({}, { version: "1.0.0", chart }, { version: "1.1.0", chart });
      assert.match(
        said,
        /^chart app of http:\/\/127\.0\.0\.1:1\/x in version 1\.0\.0 cannot be downloaded: .*refused/,
      );
      assert.doesNotMatch(said, /hunter2/);
    });
  });
});
