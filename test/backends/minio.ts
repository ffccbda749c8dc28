import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePki } from "../../local/pki";
import { choosePort } from "../../local/ports";
import { ensureToolchain, fileOf } from "../../toolchain";
import { killNow, lockFolder, type TestBackend } from "./backend";
import { jsonFilesIn } from "./files";
import { Server } from "./server";

const BUCKET = "states";

/** Starts MinIO, a store that speaks the protocol of S3, on loopback, with TLS and random credentials. */
export async function startMinio(): Promise<TestBackend> {
  const file = fileOf(await ensureToolchain(["test"]), "minio");
  const directory = mkdtempSync(join(tmpdir(), "countersign-minio-"));
  const { etcdCa: ca, etcdServer } = await ensurePki(join(directory, "pki"));
  const certificates = join(directory, "certificates");
  mkdirSync(certificates, { mode: 0o700 });
  copyFileSync(etcdServer.certificate, join(certificates, "public.crt"));
  copyFileSync(etcdServer.key, join(certificates, "private.key"));
  const data = join(directory, "data");
  mkdirSync(join(data, BUCKET), { recursive: true }); // a folder is a bucket
  const [user, password] = [randomBytes(9), randomBytes(18)].map((each) => each.toString("hex"));
  const port = await choosePort();
  const address = `127.0.0.1:${port}`;
  const server = await Server.start(
    {
      file,
      args: ["server", data, "--address", address, "--certs-dir", certificates],
      cwd: directory,
      environment: {
        MINIO_ROOT_USER: user ?? "",
        MINIO_ROOT_PASSWORD: password ?? "",
        MINIO_BROWSER: "off",
        MINIO_UPDATE: "off",
      },
    },
    /API: https:/,
    "SIGTERM",
  );
  const query = new URLSearchParams({
    endpoint: `https://${address}`,
    region: "us-east-1",
    use_path_style: "true",
  });
  return {
    url: `s3://${BUCKET}?${query.toString()}`,
    environment: {
      AWS_ACCESS_KEY_ID: user ?? "",
      AWS_SECRET_ACCESS_KEY: password ?? "",
      AWS_CA_BUNDLE: ca,
    },
    secrets: [password ?? ""],
    // The server keeps an object as a folder with the object's name.
    locks: (stack) => jsonFilesIn(join(data, BUCKET, lockFolder(stack))),
    kill: killNow,
    end: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
