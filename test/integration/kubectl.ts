import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parse } from "yaml";
import { until } from "./time";
import { workbench } from "./workbench";

/** Runs the real kubectl. @returns what it prints. */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { environment } = await workbench();
  const running = promisify(execFile)("kubectl", [...args], {
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 26,
  });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** Installs a CustomResourceDefinition, and waits until it is established. @returns its name. */
export async function installCrd(manifest: string): Promise<string> {
  const { metadata } = parse(manifest) as { metadata: { name: string } };
  const { name } = metadata;
  // Some are too large for the annotation that kubectl writes by default.
  await kubectl(["apply", "--server-side", "-f", "-"], manifest);
  await until(`the API server knows ${name}`, async () => {
    const printed = await kubectl(["get", "crd", name, "-o", "json"]);
    const { status } = JSON.parse(printed) as {
      status?: { conditions?: { type: string; status: string }[] };
    };
    return (status?.conditions ?? []).some(
      ({ type, status: state }) => type === "Established" && state === "True",
    );
  });
  return name;
}
