import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { makeRequest } from "../../unit/x509/make-request";
import { TestStack } from "../stack";
import {
  CHARTS,
  MEMBER,
  REQUEST_FILE,
  copyCharts,
  example,
  type Case,
  type Configuration,
} from "./cases";

/** A password, and a private key that takes its place later: secrets in the configuration, which no report may show. */
export const GIVEN_SECRETS = [
  "correct-horse-battery-staple",
  generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString(),
] as const;

/** Arguments of the preview that the command reads. */
export const PREVIEW = ["preview", "--json", "--show-sames"];

/** The deployed consortium of the cases, in a project folder that is a git repository. */
export class Scene {
  private deployed: Configuration = example();

  private constructor(
    readonly stack: TestStack,
    /** The passwords as they are encrypted in the stack's configuration. */
    private readonly encrypted: readonly string[],
  ) {}

  static async create(name: string): Promise<Scene> {
    const stack = await TestStack.create(name, example());
    const encrypted: string[] = [];
    for (const text of GIVEN_SECRETS) encrypted.push(await encrypt(stack, text));
    copyCharts(stack);
    const request = join(stack.directory, REQUEST_FILE);
    mkdirSync(dirname(request), { recursive: true });
    const subject = [
      ["O", MEMBER],
      ["CN", "backend of org 2"],
    ] as const;
    writeFileSync(request, makeRequest({ subject }));
    const scene = new Scene(stack, encrypted);
    await scene.configure({ ...CURRENT, configuration: example() });
    for (const command of [
      ["init", "--quiet"],
      ["add", "Pulumi.yaml", `Pulumi.${name}.yaml`, CHARTS, "enrollments"],
      [...AUTHOR, "commit", "--quiet", "--message", "What is deployed"],
    ]) {
      execFileSync("git", command, { cwd: stack.directory });
    }
    return scene;
  }

  async deploy(configuration: Configuration = this.deployed): Promise<void> {
    this.deployed = configuration;
    await this.configure({ ...CURRENT, configuration });
    await this.stack.up();
  }

  /** Applies a case, passes the output of `pulumi preview --json` to `use`, and then restores everything. */
  async during<T>(each: Case, use: (preview: string) => Promise<T>): Promise<T> {
    const undo = each.state && (await this.stack.keepState());
    try {
      await this.configure(each);
      await each.state?.(this.stack);
      each.files?.(this.stack);
      const { failed, stdout, text } = await this.stack.run(
        PREVIEW,
        each.environment?.(this.stack),
      );
      assert.ok(!failed, text);
      return await use(stdout);
    } finally {
      rmSync(join(this.stack.directory, CHARTS), { recursive: true });
      copyCharts(this.stack);
      await this.configure(CURRENT);
      await undo?.();
    }
  }

  private async configure({ configuration = this.deployed, password = 0 }: Case): Promise<void> {
    const { orchestrator, ...sections } = configuration;
    const secure = this.encrypted[password];
    const values = { ...orchestrator.values, smtp: { password: { secure } } };
    await this.stack.configure({ ...sections, orchestrator: { ...orchestrator, values } });
  }
}

const CURRENT: Case = { name: "", title: "" };
const AUTHOR = ["-c", "user.name=Countersign", "-c", "user.email=tests@countersign.example"];

/** Returns the text encrypted, as `pulumi config set --secret` writes it. */
async function encrypt(stack: TestStack, text: string): Promise<string> {
  await stack.setSecret("scratch", text);
  const file = readFileSync(join(stack.directory, `Pulumi.${stack.name}.yaml`), "utf8");
  const { config } = parse(file) as { config: Record<string, { secure?: string }> };
  const { secure } = config["countersign:scratch"] ?? {};
  assert.ok(secure !== undefined);
  return secure;
}
