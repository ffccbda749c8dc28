import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workloadSpec } from "../../../components/choreo/workload";
import { load, problemsOf, type Sections } from "./make-config";

/** A short path, as messages do not quote longer ones. */
const path = join(tmpdir(), `w${process.pid}.yml`);

const HEAD = "apiVersion: openchoreo.dev/v1alpha1\nkind: Workload\n";

function project(text: string, more: object = {}): Sections {
  writeFileSync(path, text);
  return {
    authority: { subject: { commonName: "Greeter CA" }, generations: { g1: { state: "signing" } } },
    choreo: {
      project: "greeter",
      target: { openchoreo: { namespace: "greeter" } },
      components: {
        server: { server: { projectUrl: "http://server-1:8443" }, workload: path, ...more },
      },
    },
  };
}

describe("a Workload's manifest", () => {
  after(() => {
    rmSync(path, { force: true });
  });

  const KEY = "choreo.components.server";
  const refuses = (text: string, ...problems: string[]) =>
    assert.deepEqual(
      problemsOf(project(text)),
      problems.map((problem) => `${KEY}.workload: "${path}" ${problem}`),
    );

  it("provides the image, and keeps everything that the stack does not set", () => {
    const sections = project(`${HEAD}
metadata: { labels: { team: a } }
spec:
  endpoints: { greeter: { type: TCP, port: 9443 } }
  connections: { db: {} }
  container:
    image: server:2
    args: [--fast]
    env: [{ key: LOG_LEVEL, value: info }]
    files: [{ key: app.yml, mountPath: /etc/app, value: "a: 1" }]
`);
    const { described, components } = load(sections).choreo ?? {};
    const [server, base] = [
      described?.find(({ name }) => name === "server"),
      components?.server?.workload?.manifest,
    ];
    assert.ok(server);
    const contents = { certificate: "PEM", ca: "CAs", keyReference: "server-key-1a2b" };
    assert.deepEqual(
      workloadSpec(server, { project: "greeter", image: "server:2", base, ...contents }),
      {
        owner: { projectName: "greeter", componentName: "server" },
        endpoints: { greeter: { type: "TCP", port: 9443 } },
        connections: { db: {} },
        container: {
          image: "server:2",
          args: ["--fast"],
          env: [
            { key: "LOG_LEVEL", value: "info" },
            { key: "CERT_FILE_PATH", value: "/tls/server.crt" },
            { key: "KEY_FILE_PATH", value: "/tls/server.key" },
            { key: "CA_CERT_FILE_PATH", value: "/tls/ca.crt" },
          ],
          files: [
            { key: "app.yml", mountPath: "/etc/app", value: "a: 1" },
            { key: "server.crt", mountPath: "/tls", value: "PEM" },
            {
              key: "server.key",
              mountPath: "/tls",
              valueFrom: { secretKeyRef: { name: "server-key-1a2b", key: "key" } },
            },
            { key: "ca.crt", mountPath: "/tls", value: "CAs" },
          ],
        },
      },
    );
  });

  it("must exist, with the right kind, and with a form that can be extended", () => {
    assert.deepEqual(problemsOf(project("", { workload: "none.yml" })), [
      `${KEY}.workload: "none.yml" cannot be read; the path is relative to Pulumi.yaml`,
    ]);
    refuses("apiVersion: v1\nkind: Pod\n", "holds no Workload of openchoreo.dev/v1alpha1");
    refuses(`${HEAD}---\n${HEAD}`, "must hold exactly one YAML document, the Workload");
    refuses(
      `${HEAD}spec: { container: { image: i, env: [{ name: A }] } }`,
      "is not a Workload that can be extended: spec.container.env.0.key: Invalid input: expected string, received undefined",
    );
  });

  it("must contradict neither the component nor the stack's entries", () => {
    refuses(
      `${HEAD}
metadata: { name: other, namespace: other }
spec:
  owner: { projectName: other, componentName: server }
  container:
    image: i
    env: [{ key: CERT_FILE_PATH, value: /cert }]
    files: [{ key: ca.crt, mountPath: /tls, value: mine }, { key: x, mountPath: /tls/server.key }]
`,
      'has metadata.name "other", but the component is "server": remove it there',
      'has metadata.namespace "other", but choreo.target.openchoreo.namespace is "greeter": remove it there',
      'has spec.owner.projectName "other", but choreo.project is "greeter": remove it there',
      "has the variable CERT_FILE_PATH in spec.container.env, which is that of variables.certificate: remove it there, or give variables.certificate another name",
      "has a file at /tls/ca.crt in spec.container.files, which clashes with /tls/ca.crt of mounts.ca: remove it there, or give mounts.ca another path",
      "has a file at /tls/server.key/x in spec.container.files, which clashes with /tls/server.key of mounts.key: remove it there, or give mounts.key another path",
    );
  });

  it("must not have a file that OpenChoreo would confuse with one of the stack's", () => {
    const secretKeyRef = "valueFrom: { secretKeyRef: { name: other, key: k } }";
    refuses(
      `${HEAD}
spec:
  container:
    image: i
    files:
      - { key: ca-crt, mountPath: /etc/app, value: mine }
      - { key: server.key, mountPath: /etc/app, ${secretKeyRef} }
      - { key: server.key, mountPath: /etc/other, value: of another kind }
`,
      "has a file at /etc/app/ca-crt in spec.container.files, which OpenChoreo cannot tell from /tls/ca.crt of mounts.ca, because it ignores the folders of files: remove it there, or give mounts.ca another path",
      "has a file at /etc/app/server.key in spec.container.files, which OpenChoreo cannot tell from /tls/server.key of mounts.key, because it ignores the folders of files: remove it there, or give mounts.key another path",
    );
  });

  it("must not contain a private key, which is not quoted", () => {
    refuses(
      `${HEAD}spec: { container: { image: i, files: [{ key: k, mountPath: /k, value: "-----BEGIN PRIVATE KEY-----" }] } }`,
      "holds a private key: put it into the data plane's secret store, refer to it with valueFrom.secretKeyRef and a SecretReference, and replace it, for it has been in a plain file",
    );
  });

  it("has one image, in the manifest or in the configuration", () => {
    assert.deepEqual(
      problemsOf(project(`${HEAD}spec: { container: { image: a } }`, { image: "b" })),
      [`${KEY}.image: is "b", but the manifest's is "a"; remove one of them`],
    );
    assert.deepEqual(problemsOf(project(HEAD)), [
      `${KEY}.image: is missing: OpenChoreo's Workload needs the image that it runs, here or in a manifest under workload`,
    ]);
  });
});
