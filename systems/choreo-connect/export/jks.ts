import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { STORE_KEYS } from "../../../components/kubernetes/store-keys";
import type { GatewayFile } from "../../../components/choreo-connect/gateway-files";
import { CannotCheck } from "../../../command/failure";
import type { ChoreoConnectStack } from "./stack";

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
  const wanted = [...gateway.backends.values()].filter(
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
