import { realpathSync } from "node:fs";
import { Server, ServerCredentials, type handleUnaryCall } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPluginsResponse,
  RunResponse,
  type GetRequiredPluginsRequest,
  type RunRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { dependencies } from "../../package.json";
import { runProgram } from "./run";

/**
 * A process that runs programs for one Pulumi command after another: the compiled program that a command would start a
 * process for, loaded once. Loading takes most of what a command costs.
 */

/** The run before. One at a time: a program has its folder, which is the process's, to itself. */
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

/** The program of the command's folder, in its surroundings. */
async function program(request: RunRequest): Promise<unknown> {
  process.chdir(request.getPwd());
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(request.getConfigsecretkeysList());
  const file = realpathSync("program.cjs");
  const loaded = (await import(file)) as { default: () => Promise<unknown> };
  return loaded.default();
}

/** The providers, as Pulumi's language host finds them: what names no version gets that of its package. */
const providers = Object.entries(dependencies)
  .filter(([name]) => name.startsWith("@pulumi/") && name !== "@pulumi/pulumi")
  .map(([name, version]) =>
    new PluginDependency()
      .setName(name.replace("@pulumi/", ""))
      .setKind("resource")
      .setVersion(`v${version}`),
  );

const getRequiredPlugins: handleUnaryCall<GetRequiredPluginsRequest, GetRequiredPluginsResponse> = (
  _,
  answer,
) => answer(null, new GetRequiredPluginsResponse().setPluginsList(providers));

const getPluginInfo: handleUnaryCall<unknown, PluginInfo> = (_, answer) =>
  answer(null, new PluginInfo().setVersion("1.0.0"));

// As the SDK's own (runtime/rpc.js): charts and CRDs are long.
const server = new Server({
  "grpc.max_receive_message_length": 1 << 28,
  "grpc.max_send_message_length": 1 << 28,
});
server.addService(LanguageRuntimeService, { run, getRequiredPlugins, getPluginInfo });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send?.(port);
});

// It ends with the process that has started it.
process.once("disconnect", () => process.exit());
