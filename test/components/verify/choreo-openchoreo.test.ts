import assert from "node:assert/strict";
import type { CheckCode } from "../../../verify/check";
import { makeLeaf } from "../../unit/x509/make-certificate";
import { secret } from "../../unit/cli/fake-cluster";
import {
  fails,
  failuresOf,
  linesOf,
  makeProject,
  release,
  remove,
  verify,
  type Project,
} from "./make-choreo";

interface Entry {
  key: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}

/** Returns the variables and files that a component's Workload contains. */
function containerOf({ objects }: Project, name: string) {
  const workload = objects[`openchoreo.dev/v1alpha1/workloads/${name}`] as {
    spec: { container: { env: Entry[]; files: Entry[] } };
  };
  return workload.spec.container;
}

describe("the verification of components on OpenChoreo", () => {
  const API = "openchoreo.dev/v1alpha1";
  const PUSHES = "external-secrets.io/v1alpha1/pushsecrets";
  const entryOf = ({ outputs }: Project, name: string) =>
    outputs.choreo.components[name]?.workload?.keyReference ?? "";
  const onlyFailure = async (project: Project, code: CheckCode) => {
    const found = (await failuresOf(project)).filter((each) => each.code === code);
    assert.equal(found.length, 1, linesOf(found).join("\n"));
    return found[0]?.message.replaceAll(/-key-[0-9a-f]{8}/g, "-key-X");
  };

  it("covers the contents of their Workloads and Secrets", async () => {
    const checks = await verify(await makeProject("openchoreo"));
    assert.deepEqual(linesOf(checks.filter(({ ok }) => !ok)), []);
    assert.deepEqual(
      linesOf(checks).filter((line) => /^web (release|mounted|private|drift|roll-out)/.test(line)),
      [
        "web release: Workload ns/web is there",
        "web mounted-objects: the SecretReferences of its Workload are there, and External Secrets has written its key into default; whether pods get it from there cannot be checked",
        "web private-keys: no private key among the plain values of its Workload",
        "web drift: its Workload contains what the stack deployed",
        "web roll-out: environments that run it: development",
      ],
    );
  });

  it("finds what was changed by hand, and calls with the changed contents", async () => {
    const project = await makeProject("openchoreo");
    remove(project, `${API}/workloads/mail`);
    remove(project, `Secret/${entryOf(project, "stock")}`);
    const web = containerOf(project, "web");
    const variable = web.env.find((entry) => entry.key === "ORDERS_URL");
    if (variable) variable.value = "https://orders:8443";
    web.env.push({ key: "OLD", value: "-----BEGIN PRIVATE KEY-----" });
    release(project, "web", "development");
    await fails(
      project,
      ["mail", "release", /^Workload ns\/mail does not exist\.$/],
      ["stock", "mounted-objects", /^Secret ns\/ns-stock-key-\w+ does not exist\.$/],
      ["stock", "drift", /^Workload ns\/stock does not have the file \/tls\/server\.key\.$/],
      ["stock", "files", /^it does not find its key where Workload ns\/stock says\.$/],
      ["web", "private-keys", /^Workload ns\/web has a private key in the variable OLD, as/],
      ["web", "drift", /^Workload ns\/web has different content in the variable ORDERS_URL\.$/],
      [
        "web",
        "server-url",
        /^ORDERS_URL is "https:\/\/orders:8443", but orders is at https:\/\/orders-1:8443\.$/,
      ],
      ["orders", "accepted", /^web refuses it as orders: ERR_TLS_CERT_ALTNAME_INVALID\.$/],
    );
  });

  it("follows references like OpenChoreo, which reads no Secret", async () => {
    const project = await makeProject("openchoreo");
    remove(project, `${API}/secretreferences/${entryOf(project, "web")}`);
    assert.equal(
      await onlyFailure(project, "mounted-objects"),
      "SecretReference ns/ns-web-key-X does not exist. There is a Secret of that name, but OpenChoreo reads only SecretReferences.",
    );
  });

  it("finds a reference and a Secret that lack the requested key", async () => {
    const project = await makeProject("openchoreo");
    const [file] = containerOf(project, "web").files.filter(({ key }) => key === "client.key");
    if (file?.valueFrom) file.valueFrom.secretKeyRef.key = "other";
    assert.equal(
      await onlyFailure(project, "mounted-objects"),
      'SecretReference ns/ns-web-key-X has no key "other".',
    );
    const emptied = await makeProject("openchoreo");
    emptied.objects[`Secret/${entryOf(emptied, "web")}`] = secret({ other: "" });
    assert.equal(
      await onlyFailure(emptied, "mounted-objects"),
      'Secret ns/ns-web-key-X has no key "key".',
    );
  });

  it("only checks that the reference of a variable from elsewhere exists", async () => {
    const project = await makeProject("openchoreo");
    const { env } = containerOf(project, "web");
    env.push({ key: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } });
    release(project, "web", "development");
    assert.equal(
      await onlyFailure(project, "mounted-objects"),
      "SecretReference ns/db does not exist.",
    );
    const data = [{ secretKey: "password", remoteRef: { key: "db" } }];
    project.objects[`${API}/secretreferences/db`] = { spec: { data } };
    assert.deepEqual(linesOf(await failuresOf(project)), []);
  });

  it("finds a key that External Secrets has not written, and says why", async () => {
    const project = await makeProject("openchoreo");
    const push = project.objects[`${PUSHES}/${entryOf(project, "stock")}`] as { status?: object };
    const denied = { type: "Ready", status: "False", message: "permission\ndenied" };
    push.status = { conditions: [denied] };
    assert.equal(
      await onlyFailure(project, "mounted-objects"),
      "External Secrets has not written PushSecret ns/ns-stock-key-X into default: permission denied.",
    );
    delete push.status;
    assert.match(
      (await onlyFailure(project, "mounted-objects")) ?? "",
      /its controller has not processed it yet\.$/,
    );
    remove(project, `${PUSHES}/${entryOf(project, "stock")}`);
    assert.equal(
      await onlyFailure(project, "mounted-objects"),
      "PushSecret ns/ns-stock-key-X does not exist.",
    );
  });

  it("checks the stack's key if people write it, and as much as it can without it", async () => {
    const project = await makeProject("by-hand");
    const checks = await verify(project);
    assert.deepEqual(linesOf(checks.filter(({ ok }) => !ok)), []);
    const said = linesOf(checks).find((line) => line.startsWith("web mounted-objects"));
    assert.match(
      said ?? "",
      /; people write its key into the store as ns-web-key-\w+, and whether it is there cannot be checked$/,
    );
    const without = await verify(project, { keys: undefined });
    const codes = without.filter(({ ok }) => !ok).map(({ code }) => code);
    assert.deepEqual([...new Set(codes)], ["not-tried"]);
  });

  it("finds another Workload of the component, because of which none is deployed", async () => {
    const project = await makeProject("openchoreo");
    const { spec } = project.objects[`${API}/workloads/web`] as { spec: object };
    project.objects[`${API}/workloads/web-workload`] = {
      metadata: { name: "web-workload" },
      spec,
    };
    await fails(project, [
      "web",
      "release",
      /^Workload ns\/web-workload also belongs to component web, and OpenChoreo deploys neither\.$/,
    ]);
  });

  it("finds environments that run an earlier release or none", async () => {
    const project = await makeProject("openchoreo");
    release(project, "web", "production");
    const { container } = (
      project.objects[`${API}/componentreleases/web-production-1`] as {
        spec: { workload: { container: { files: Entry[] } } };
      }
    ).spec.workload;
    const [certificate] = container.files;
    const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();
    const life = { notBefore: days(-90), notAfter: days(3) };
    if (certificate) certificate.value = makeLeaf(life);
    const bindings = `${API}/releasebindings`;
    remove(project, `${bindings}/mail-development`);
    remove(project, `${API}/componentreleases/orders-development-1`);
    const failures = (await failuresOf(project)).filter(({ code }) => code === "roll-out");
    assert.deepEqual(linesOf(failures), [
      "mail roll-out: no environment runs it yet.",
      'orders roll-out: Environment development has no ComponentRelease "orders-development-1".',
      `web roll-out: Environment production runs release web-production-1, which is not the current Workload, with a certificate until ${days(3).slice(0, 10)}.`,
    ]);
    assert.deepEqual(
      failures.map(({ severity }) => severity),
      ["warning", "error", "warning"],
    );
    if (certificate) certificate.value = makeLeaf({ ...life, notAfter: days(-1) });
    const [over] = (await failuresOf(project)).filter(({ party }) => party === "Choreo web");
    assert.equal(over?.severity, "error");
  });

  it("says why an environment is not ready, and what it overrides", async () => {
    const project = await makeProject("openchoreo");
    const ofWeb = project.objects[`${API}/releasebindings/web-development`] as {
      status: object;
    };
    const message = 'failed to get SecretReference "x"';
    ofWeb.status = { conditions: [{ type: "Ready", status: "False", message }] };
    const ofStock = project.objects[`${API}/releasebindings/stock-development`] as {
      spec: object;
    };
    const files = [{ key: "server.crt", mountPath: "/tls", value: "other" }];
    Object.assign(ofStock.spec, { workloadOverrides: { container: { files } } });
    await fails(
      project,
      [
        "web",
        "roll-out",
        /^Environment development is not ready: failed to get SecretReference "x"\.$/,
      ],
      [
        "stock",
        "roll-out",
        /^Environment development has its own server\.crt, because its ReleaseBinding overrides the Workload\.$/,
      ],
    );
  });
});
