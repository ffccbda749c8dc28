import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Server } from "../test/backends/server";
import { kubectl } from "../test/integration/kubectl";
import { workbench } from "../test/integration/workbench";
import { seconds } from "./figures";

const run = promisify(execFile);

const NAMESPACE = "bench-cert-manager";
const GROUP = "cert-manager.io";
const CRDS = ["certificates", "certificaterequests", "issuers"].map(
  (kind) => `crd/${kind}.${GROUP}`,
);
/** Time limit of each wait. */
const PATIENCE = "--timeout=600s";

/**
 * Measures cert-manager with the same number of services: from `kubectl apply` until all certificates are ready. Its
 * controller is running already. It puts the CA's certificate into the Secret with the pair.
 *
 * @returns the seconds; undefined unless `COUNTERSIGN_PEERS` names a folder with `cm-controller`, which runs cert-manager's
 *   controllers on the cluster of `-kubeconfig`, and `cm-crds`, the folder with its CustomResourceDefinitions.
 */
export async function measureCertManager(services: number): Promise<number | undefined> {
  const binaries = process.env.COUNTERSIGN_PEERS ?? "";
  const file = join(binaries, "cm-controller");
  const definitions = join(binaries, "cm-crds");
  if (binaries === "" || !existsSync(file) || !existsSync(definitions)) return undefined;
  const { directory: base, controlPlane } = await workbench();
  const directory = join(base, "cert-manager");
  mkdirSync(directory, { mode: 0o700 });

  await kubectl(["apply", "--server-side", "-f", definitions]);
  await kubectl(["wait", "--for=condition=Established", PATIENCE, ...CRDS]);
  await kubectl(["create", "namespace", NAMESPACE]);
  const inNamespace = (args: readonly string[], input?: string) =>
    kubectl(["--namespace", NAMESPACE, ...args], input);
  await createCa(directory, inNamespace);
  const controller = await Server.start(
    {
      file,
      args: ["-kubeconfig", controlPlane.kubeconfig],
      cwd: directory,
      environment: {},
    },
    /controller /,
    "SIGTERM",
  );
  try {
    await inNamespace(["apply", "-f", "-"], JSON.stringify(ISSUER));
    await inNamespace(["wait", "--for=condition=Ready", PATIENCE, "issuer/ca"]);
    const manifest = join(directory, "certificates.json");
    const items = Array.from({ length: services }, (_, position) => certificate(position + 1));
    writeFileSync(manifest, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    return await seconds(async () => {
      await inNamespace(["apply", "-f", manifest]);
      await inNamespace(["wait", "--for=condition=Ready", PATIENCE, "certificates", "--all"]);
    });
  } finally {
    await controller.stop();
    await kubectl(["delete", "namespace", NAMESPACE]);
    await kubectl(["delete", "--ignore-not-found", "-f", definitions]);
  }
}

/** Creates the Secret with the issuer's key and certificate. */
async function createCa(
  directory: string,
  inNamespace: (args: readonly string[]) => Promise<string>,
): Promise<void> {
  const [key, cert] = [join(directory, "ca.key"), join(directory, "ca.crt")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const content = ["-x509", "-days", "3650", "-subj", "/CN=Bench CA"];
  // OpenSSL makes the file with the key readable by its owner only.
  await run("openssl", ["req", ...content, ...kind, "-keyout", key, "-out", cert]);
  await inNamespace(["create", "secret", "tls", "ca", `--cert=${cert}`, `--key=${key}`]);
}

const ISSUER = {
  apiVersion: `${GROUP}/v1`,
  kind: "Issuer",
  metadata: { name: "ca" },
  spec: { ca: { secretName: "ca" } },
};

/** A certificate with the same content as Countersign's and OpenTofu's. */
function certificate(position: number): object {
  const name = `service-${position}`;
  return {
    apiVersion: `${GROUP}/v1`,
    kind: "Certificate",
    metadata: { name },
    spec: {
      secretName: name,
      commonName: name,
      dnsNames: [`${name}.example`],
      duration: "2160h",
      usages: ["digital signature", "server auth"],
      privateKey: { algorithm: "ECDSA", size: 256 },
      issuerRef: { name: "ca", kind: "Issuer", group: GROUP },
    },
  };
}
