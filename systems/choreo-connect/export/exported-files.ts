import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { CannotCheck } from "../../../command/failure";
import {
  apiFiles,
  backendFiles,
  composeFiles,
  type GatewayFile,
} from "../../../components/choreo-connect/gateway-files";
import { hasStore, type Backend } from "../../../components/choreo-connect/gateway";
import { STORE_KEYS } from "../../../components/kubernetes/store-keys";
import type { ChoreoConnectStack, KeptMaterial } from "../outputs";

/** Name of the file that makes git ignore keys. */
const IGNORE = ".gitignore";

/**
 * Returns all files of a stack's Choreo Connect: for API projects, for backends that are not in the cluster, and for
 * the docker-compose distribution.
 *
 * @throws CannotCheck if something is missing.
 */
export function filesOf(stack: ChoreoConnectStack, kept: KeptMaterial): GatewayFile[] {
  const { gateway, target, caBundle, issued } = stack;
  const backends = gateway.backends.flatMap((backend) => filesOfBackend(backend, stack, kept));
  const { router, enforcer, adapter } = issued.parts;
  const compose =
    target.kind === "compose"
      ? composeFiles(gateway, {
          project: target.project,
          bundle: caBundle,
          certificates: {
            router: router.certificate,
            enforcer: enforcer.certificate,
            adapter: adapter.certificate,
          },
          keys: {
            router: present(kept.parts.router, "the router's key"),
            enforcer: present(kept.parts.enforcer, "the enforcer's key"),
            adapter: present(kept.parts.adapter, "the adapter's key"),
          },
          tokens: {
            certificate: issued.tokenCertificate,
            key: present(kept.tokenSigner, "the key for tokens"),
          },
        })
      : [];
  return [...backends, ...apiFiles(gateway, caBundle), ...compose, ...ignored(compose)];
}

/** Makes git ignore only the keys, since the distribution's own files in the same folders may be in git. */
function ignored(files: readonly GatewayFile[]): GatewayFile[] {
  const secret = files.filter(({ isSecret }) => isSecret).map(({ path }) => posix.parse(path));
  return [...new Set(secret.map(({ dir }) => dir))].map((folder) => {
    const names = secret.filter(({ dir }) => dir === folder).map(({ base }) => `${base}\n`);
    return { path: posix.join(folder, IGNORE), content: names.join(""), isSecret: true };
  });
}

/** Returns a backend's files. A backend in the cluster has its Secrets there, and only needs its TLS settings here. */
function filesOfBackend(
  backend: Backend,
  { gateway, caBundle, issued }: ChoreoConnectStack,
  kept: KeptMaterial,
): GatewayFile[] {
  const { name, certificate, namespace } = backend;
  const isOurs = certificate.kind === "issued";
  const isHere = namespace === undefined;
  const files = backendFiles(backend, gateway.upstreamTls, {
    bundle: caBundle,
    certificate:
      isOurs && isHere
        ? present(issued.backends[name]?.certificate, `the certificate of backend ${name}`)
        : undefined,
    key: isOurs && isHere ? present(kept.backends[name], `the key of backend ${name}`) : undefined,
    password:
      isHere && hasStore(backend)
        ? present(kept.passwords[name], `the store password of backend ${name}`)
        : undefined,
  });
  return files.some(({ isSecret }) => isSecret)
    ? [...files, { path: `backends/${name}/${IGNORE}`, content: "*\n", isSecret: true }]
    : files;
}

function present<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new CannotCheck(`the stack's outputs lack ${what}: run \`pulumi up\` first`);
}

/** Name of a trust store in the form before Java 9. */
const JKS = "truststore.jks";

/**
 * Creates JKS trust stores for the backends that require one, from their PKCS#12 stores, with the JDK's own keytool.
 *
 * @param files files of the whole export, with those stores.
 * @throws CannotCheck if there is no JDK.
 */
export async function jksFiles(
  { gateway }: ChoreoConnectStack,
  files: readonly GatewayFile[],
): Promise<GatewayFile[]> {
  const wanted = gateway.backends.filter(
    ({ namespace, routerTrust }) => namespace === undefined && routerTrust.forms.includes("jks"),
  );
  const made: GatewayFile[] = [];
  for (const { name } of wanted) {
    const content = (file: string) =>
      files.find(({ path }) => path === `backends/${name}/${file}`)?.content ?? "";
    const jks = await converted(content(STORE_KEYS.trustStore), content(STORE_KEYS.password));
    made.push({ path: `backends/${name}/${JKS}`, content: jks, isSecret: true });
  }
  return made;
}

/** Converts a store. The password is passed in the environment, because others can see arguments. */
async function converted(store: string | Buffer, password: string | Buffer): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  const [from, to] = [join(directory, "store.p12"), join(directory, JKS)];
  try {
    writeFileSync(from, store, { mode: 0o600 });
    await promisify(execFile)(
      "keytool",
      [
        ...["-importkeystore", "-noprompt"],
        ...["-srckeystore", from, "-srcstoretype", "PKCS12", "-srcstorepass:env", "STORE_PASSWORD"],
        ...["-destkeystore", to, "-deststoretype", "JKS", "-deststorepass:env", "STORE_PASSWORD"],
      ],
      { env: { ...process.env, STORE_PASSWORD: password.toString() } },
    );
    return readFileSync(to);
  } catch (error) {
    const { code, stdout = "" } = error as { code?: unknown; stdout?: string };
    throw new CannotCheck(
      code === "ENOENT"
        ? "a JKS trust store requires keytool, which is not on the PATH: install a JDK, or use the form pkcs12, which Java reads since version 8"
        : `keytool did not create a JKS trust store: ${stdout.replace(/\s+/g, " ").trim()}`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
