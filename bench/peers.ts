import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Server } from "../test/backends/server";
import { kubectl } from "../test/integration/kubectl";
import { workbench } from "../test/integration/workbench";
import { seconds } from "./figures";

const run = promisify(execFile);

/** Namespace of the Secrets of services, which exists. */
export const SERVICES_NAMESPACE = "bench-services";

/** The same work in HCL: a key, a request, a certificate, and two Secrets for each service. */
const MAIN = `
terraform {
  required_providers {
    tls        = { source = "hashicorp/tls" }
    kubernetes = { source = "hashicorp/kubernetes" }
  }
}
variable "services" { type = number }
provider "kubernetes" { config_path = pathexpand("KUBECONFIG") }
locals { names = toset([for position in range(var.services) : "tofu-\${position + 1}"]) }
resource "tls_private_key" "ca" {
  algorithm   = "ECDSA"
  ecdsa_curve = "P256"
}
resource "tls_self_signed_cert" "ca" {
  private_key_pem       = tls_private_key.ca.private_key_pem
  is_ca_certificate     = true
  set_subject_key_id    = true
  validity_period_hours = 87600
  allowed_uses          = ["cert_signing"]
  subject { common_name = "Bench CA" }
}
resource "tls_private_key" "service" {
  for_each    = local.names
  algorithm   = "ECDSA"
  ecdsa_curve = "P256"
}
resource "tls_cert_request" "service" {
  for_each        = local.names
  private_key_pem = tls_private_key.service[each.key].private_key_pem
  dns_names       = ["\${each.key}.example"]
  subject { common_name = each.key }
}
resource "tls_locally_signed_cert" "service" {
  for_each              = local.names
  cert_request_pem      = tls_cert_request.service[each.key].cert_request_pem
  ca_private_key_pem    = tls_private_key.ca.private_key_pem
  ca_cert_pem           = tls_self_signed_cert.ca.cert_pem
  validity_period_hours = 2160
  allowed_uses          = ["digital_signature", "server_auth"]
}
resource "kubernetes_secret" "pair" {
  for_each = local.names
  type     = "kubernetes.io/tls"
  metadata {
    name      = each.key
    namespace = "${SERVICES_NAMESPACE}"
  }
  data = {
    "tls.crt" = tls_locally_signed_cert.service[each.key].cert_pem
    "tls.key" = tls_private_key.service[each.key].private_key_pem
  }
}
resource "kubernetes_secret" "ca" {
  for_each = local.names
  metadata {
    name      = "\${each.key}-ca"
    namespace = "${SERVICES_NAMESPACE}"
  }
  data = { "ca.crt" = tls_self_signed_cert.ca.cert_pem }
}
`;

/** Seconds of OpenTofu's first apply, and of a plan with refresh that finds nothing to do. */
interface Measured {
  readonly apply: number;
  readonly plan: number;
}

/**
 * Measures OpenTofu with the same number of services.
 *
 * @returns undefined unless `COUNTERSIGN_PEERS` names a folder with `tofu`, `terraform-provider-tls` and
 *   `terraform-provider-kubernetes`.
 */
export async function measureOpenTofu(services: number): Promise<Measured | undefined> {
  const binaries = process.env.COUNTERSIGN_PEERS;
  if (binaries === undefined || !existsSync(join(binaries, "tofu"))) return undefined;
  const { directory: base, controlPlane } = await workbench();
  const directory = mkdtempSync(join(base, "tofu-"));
  writeFileSync(join(directory, "main.tf"), MAIN.replace("KUBECONFIG", controlPlane.kubeconfig));
  const overrides = ["tls", "kubernetes"].map((name) => `"hashicorp/${name}" = "${binaries}"`);
  const settings = join(directory, "tofurc");
  writeFileSync(
    settings,
    `provider_installation {\n  dev_overrides {\n    ${overrides.join("\n    ")}\n  }\n  direct {}\n}\n`,
  );
  const tofu = (...args: string[]) =>
    run(join(binaries, "tofu"), [`-chdir=${directory}`, ...args], {
      env: { ...process.env, TF_CLI_CONFIG_FILE: settings, TF_IN_AUTOMATION: "1" },
      maxBuffer: 1 << 26,
    });
  const variables = ["-input=false", "-no-color", "-var", `services=${services}`];
  const apply = await seconds(() => tofu("apply", "-auto-approve", ...variables));
  const plan = await seconds(() => tofu("plan", "-detailed-exitcode", ...variables));
  await tofu("destroy", "-auto-approve", ...variables);
  return { apply, plan };
}

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
