import { readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPluginsResponse,
  RunResponse,
  type GetRequiredPluginsRequest,
  type RunRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { minVersion } from "semver";
import { dependencies } from "../../package.json";
import { runProgram } from "./run";

/**
 * A process that runs the program for one Pulumi command after another. Each command would otherwise start a process
 * and load the compiled program, which takes most of the command's time; here it is loaded once.
 */

/** The previous run. Runs wait for each other, since a program needs the process's working directory for itself. */
let last: Promise<unknown> = Promise.resolve();

const run: handleUnaryCall<RunRequest, RunResponse> = ({ request }, answer) => {
  last = last.then(async () => {
    try {
      const failed = await runProgram(request, () => program(request));
      answer(null, new RunResponse().setBail(failed));
    } catch (error) {
      answer(error as Error);
    }
  });
};

/** Runs the program of the command's folder, in the command's environment. */
async function program(request: RunRequest): Promise<unknown> {
  process.chdir(request.getPwd());
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(request.getConfigsecretkeysList());
  const file = realpathSync(fileOf(request.getProgram()));
  const loaded = (await import(file)) as { default: () => Promise<unknown> };
  return loaded.default();
}

/** Returns the file of a program: `main` of Pulumi.yaml, or else that of package.json. */
function fileOf(main: string): string {
  if (!statSync(main).isDirectory()) return main;
  const { main: file } = JSON.parse(readFileSync(join(main, "package.json"), "utf8")) as {
    main: string;
  };
  return join(main, file);
}

/**
 * The providers, as Pulumi's language host finds them: resources without a version get the oldest that is accepted, which
 * is the one installed here.
 */
const providers = Object.entries(dependencies)
  .filter(([name]) => name.startsWith("@pulumi/") && name !== "@pulumi/pulumi")
  .map(([name, range]) =>
    new PluginDependency()
      .setName(name.replace("@pulumi/", ""))
      .setKind("resource")
      .setVersion(`v${minVersion(range)?.version ?? range}`),
  );

const getRequiredPlugins: handleUnaryCall<GetRequiredPluginsRequest, GetRequiredPluginsResponse> = (
  _,
  answer,
) => answer(null, new GetRequiredPluginsResponse().setPluginsList(providers));

const getPluginInfo: handleUnaryCall<unknown, PluginInfo> = (_, answer) =>
  answer(null, new PluginInfo().setVersion("1.0.0"));

// The limits of the SDK itself (runtime/rpc.js): charts and CRDs are long.
const server = new Server({
  "grpc.max_receive_message_length": 1 << 28,
  "grpc.max_send_message_length": 1 << 28,
});
server.addService(LanguageRuntimeService, { run, getRequiredPlugins, getPluginInfo });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send?.(port);
});

// This process ends with the process that started it.
process.once("disconnect", () => process.exit());
