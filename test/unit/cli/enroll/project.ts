import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { EXCHANGES, takeIn } from "../../../../cli/enroll/command";
import { importText, type Outcome } from "../../../../cli/enroll/screen";
import { readInputs } from "../../../../cli/enroll/files";
import { readExchangeConfig } from "../../../../cli/enroll/stack-config";
import { publicKeyFingerprint } from "../../../../x509";
import { keys } from "../../x509/make-keys";
import { makeRequest, type RequestOptions } from "../../x509/make-request";

/** A day on which every certificate created here is valid. */
const AT = new Date("2025-06-01T00:00:00Z");

export const P256 = publicKeyFingerprint(keys("p256").publicKey);

/** Creates a request as the organization's stack does, for the key `p256`. */
export function requestOfOrg1(options: RequestOptions = {}): string {
  const subject = [
    ["O", "MyOrg1MSP"],
    ["CN", "substra.org-1.example"],
  ] as const;
  return makeRequest({ subject, ...options });
}

/** A project's folder, with the configuration of one stack and with received files. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "countersign-enroll-"));

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  write(file: string, text: string | Buffer): string {
    const path = this.path(file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  read(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  has(file: string): boolean {
    return existsSync(this.path(file));
  }

  /** Writes the stack's configuration. @param sections sections by name. */
  configure(sections: Readonly<Record<string, unknown>>): void {
    const config = Object.fromEntries(
      Object.entries(sections).map(([name, section]) => [`countersign:${name}`, section]),
    );
    this.write("Pulumi.here.yaml", stringify({ config }));
  }

  /** Imports files. @param files paths in the folder. */
  takeIn(
    files: readonly string[],
    { dryRun = false, outputs }: { dryRun?: boolean; outputs?: unknown } = {},
  ): Outcome {
    return takeIn(
      readInputs(files.map((file) => this.path(file))),
      {
        config: readExchangeConfig(this.path("Pulumi.here.yaml"), EXCHANGES),
        project: this.folder,
        at: AT,
        ...(outputs !== undefined && { outputs: { origin: "own.json", content: outputs } }),
      },
      dryRun,
    );
  }

  /** Returns the output of an import, with the folder left out of paths. */
  screen(...args: Parameters<Project["takeIn"]>): string {
    return importText(this.takeIn(...args)).replaceAll(`${this.folder}/`, "");
  }
}
