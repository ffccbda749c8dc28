import { realpathSync } from "node:fs";
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { log, RunError } from "@pulumi/pulumi";
import * as automation from "@pulumi/pulumi/automation/server";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import type { RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";

/**
 * A process that runs programs for one Pulumi command after another: the compiled program that a command would start a
 * process for, loaded once. Loading takes most of what a command costs.
 */

type Answer = sendUnaryData<RunResponse>;

/** What the Automation API serves its own programs by (@pulumi/pulumi 3.245, automation/server.js), which has no types. */
interface LanguageServer {
  run(call: ServerUnaryCall<RunRequest, RunResponse>, answer: Answer): Promise<void>;
}

const { LanguageServer } = automation as unknown as {
  LanguageServer: new (program: () => Promise<unknown>) => LanguageServer;
};

/** The program of the folder, which says why it has failed as it does in a process of its own: without a stack trace if it has refused. */
async function program(): Promise<unknown> {
  try {
    const file = realpathSync("program.cjs");
    const loaded = (await import(file)) as { default: () => Promise<unknown> };
    return await loaded.default();
  } catch (error) {
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    await log.error(RunError.isInstance(error) ? message : stack);
    throw error;
  }
}

class ProgramServer extends LanguageServer {
  /** The run under way. One at a time: each has its folder, which is the process's, to itself. */
  private last: Promise<void> = Promise.resolve();

  constructor() {
    super(program);
  }

  override run(call: ServerUnaryCall<RunRequest, RunResponse>, answer: Answer): Promise<void> {
    const run = () => {
      const { request } = call;
      process.chdir(request.getPwd());
      process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(request.getConfigsecretkeysList());
      return super.run(call, (_, response) => {
        // It answers a failure twice: with the error, and with a response that has it. Why has been logged by then.
        if (!response) return;
        response.setBail(response.getError() !== "");
        response.setError("");
        answer(null, response);
      });
    };
    this.last = this.last.then(run, run);
    return this.last;
  }
}

const server = new Server({
  "grpc.max_receive_message_length": 1 << 28,
  "grpc.max_send_message_length": 1 << 28,
});
const service = new ProgramServer();
server.addService(LanguageRuntimeService, service as never);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send?.(port);
});

// It ends with the process that has started it.
process.once("disconnect", () => process.exit());
