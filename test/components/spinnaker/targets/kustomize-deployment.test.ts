import assert from "node:assert/strict";
import type { Phase } from "../../../../components/spinnaker/phase";
import { NoSuchPlace, withMutualTls } from "../../../../components/spinnaker/targets/kustomize";
import { makeInstallation, serviceOf } from "../make-installation";

const ADDED = [{ configMap: { name: "orca-mtls", items: [] } }];
const TIMES = { initialDelaySeconds: 20, periodSeconds: 5, failureThreshold: 9 };
const HTTP_GET = { path: "/health", port: "http" };
const TCP = { tcpSocket: { port: "http" } };

const MOUNT = { name: "config", mountPath: "/opt/spinnaker/config" };
const CONTAINER = {
  name: "orca",
  image: "orca:1",
  volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, MOUNT],
  readinessProbe: { httpGet: HTTP_GET, ...TIMES },
};
const SIDECAR = { name: "sidecar", readinessProbe: { httpGet: { port: 9090 } } };
const VOLUME = {
  name: "config",
  projected: { defaultMode: 420, sources: [{ secret: { name: "a" } }] },
};
const OTHER = { name: "tmp", emptyDir: {} };

/** A Deployment as in the kustomize base, with another container or other volumes. */
function deployment(container: object = {}, volumes: readonly object[] = [OTHER, VOLUME]) {
  return {
    apiVersion: "apps/v1",
    metadata: { name: "orca" },
    spec: {
      replicas: 2,
      template: {
        metadata: { labels: { app: "orca" } },
        spec: {
          serviceAccountName: "orca",
          containers: [SIDECAR, { ...CONTAINER, ...container }],
          volumes: volumes as { name: string }[],
        },
      },
    },
  };
}

function changed(phase: Phase, container: object = {}) {
  const orca = serviceOf(makeInstallation({ orca: {} }, { target: "kustomize", phase }), "orca");
  return withMutualTls(deployment(container), orca, ADDED);
}

function containerOf(...args: Parameters<typeof changed>) {
  return changed(...args).spec.template.spec.containers[1] as unknown as typeof CONTAINER &
    Record<string, unknown>;
}

describe("a Deployment", () => {
  it("gets more sources in the volume of its configuration, and keeps everything else", () => {
    const sources = [{ secret: { name: "a" } }, ...ADDED];
    const volume = { ...VOLUME, projected: { defaultMode: 420, sources } };
    assert.deepEqual(changed("prepare"), deployment({}, [OTHER, volume]));
  });

  it("finds that volume by its path, also with a trailing slash", () => {
    const { volumes } = changed("prepare", {
      volumeMounts: [{ ...MOUNT, mountPath: "/opt/spinnaker/config/" }],
    }).spec.template.spec;
    assert.equal(volumes?.[1]?.projected?.sources?.length, 2);
  });

  it("may have a projected volume without a source", () => {
    const orca = serviceOf(makeInstallation({ orca: {} }, { phase: "prepare" }), "orca");
    const empty = deployment({}, [{ name: "config", projected: {} }]);
    const { volumes } = withMutualTls(empty, orca, ADDED).spec.template.spec;
    assert.deepEqual(volumes, [{ name: "config", projected: { sources: ADDED } }]);
  });

  it("keeps its probes in plain HTTP", () => {
    assert.deepEqual(containerOf("prepare"), CONTAINER);
  });

  it("has probes that only connect from tls on, with the times of the previous ones", () => {
    for (const phase of ["tls", "want", "need"] as const) {
      assert.deepEqual(containerOf(phase), { ...CONTAINER, readinessProbe: { ...TIMES, ...TCP } });
    }
    const actions = [
      { exec: { command: ["wget"] } },
      { grpc: { port: 1 } },
      { tcpSocket: { port: 1 } },
    ];
    for (const action of actions) {
      const { readinessProbe } = containerOf("tls", { readinessProbe: { ...action, ...TIMES } });
      assert.deepEqual(readinessProbe, { ...TIMES, ...TCP });
    }
  });

  it("has only the probes that it had before", () => {
    const probes = {
      livenessProbe: { httpGet: HTTP_GET },
      startupProbe: { httpGet: HTTP_GET, ...TIMES },
    };
    assert.deepEqual(containerOf("tls", probes), {
      ...CONTAINER,
      readinessProbe: { ...TIMES, ...TCP },
      livenessProbe: TCP,
      startupProbe: { ...TIMES, ...TCP },
    });
    assert.deepEqual(containerOf("tls", { readinessProbe: undefined }).readinessProbe, TCP);
  });

  it("gets Dinghy's variable in addition to its own", () => {
    const dinghy = serviceOf(
      makeInstallation({ dinghy: { host: "dinghy" } }, { target: "kustomize", phase: "prepare" }),
      "dinghy",
    );
    const variable = { name: "SSL_CERT_DIR", value: "/opt/spinnaker/config/mtls/trust" };
    const own = { name: "SPRING_PROFILES_ACTIVE", value: "local" };
    for (const [env, expected] of [
      [undefined, [variable]],
      [[own], [own, variable]],
    ] as const) {
      const found = withMutualTls(deployment({ name: "dinghy", env }), dinghy, ADDED);
      assert.deepEqual(found.spec.template.spec.containers[1]?.env, expected);
    }
  });

  it("is not modified itself", () => {
    const before = deployment();
    const orca = serviceOf(makeInstallation({ orca: {} }), "orca");
    withMutualTls(before, orca, ADDED);
    assert.deepEqual(before, deployment());
  });
});

describe("a Deployment with another structure than in the kustomize base", () => {
  const orca = serviceOf(makeInstallation({ orca: {} }), "orca");
  const NO_VOLUME = 'mounts no projected volume at /opt/spinnaker/config in its container "orca"';
  const refused: [string, ReturnType<typeof deployment>, string][] = [
    ["another container", deployment({ name: "echo" }), 'has no container "orca"'],
    ["no mount", deployment({ volumeMounts: undefined }), NO_VOLUME],
    [
      "a mount elsewhere",
      deployment({ volumeMounts: [{ name: "config", mountPath: "/opt" }] }),
      NO_VOLUME,
    ],
    ["no volume", deployment({}, [OTHER]), NO_VOLUME],
    [
      "a volume of another kind",
      deployment({}, [{ name: "config", configMap: { name: "a" } }]),
      NO_VOLUME,
    ],
  ];
  for (const [title, object, message] of refused)
    it(`is refused with ${title}`, () => {
      assert.throws(
        () => withMutualTls(object, orca, ADDED),
        (error) => {
          assert.ok(error instanceof NoSuchPlace);
          assert.equal(error.message, message);
          return true;
        },
      );
    });
});
