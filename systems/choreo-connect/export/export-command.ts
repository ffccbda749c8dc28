import { exportCommand as commandOf } from "../../../export/command";
import { filesOf } from "./exported-files";
import { jksFiles } from "./jks";
import { nextSteps } from "./next-steps";
import { keepsKeys, readChoreoConnect, readKept } from "./stack";

const NOTHING_KEPT = { parts: {}, backends: {}, passwords: {} };

export const exportCommand = commandOf({
  description:
    "Writes the files for backends, API projects and the docker-compose distribution. Private keys go into files that only you can read.",
  record: ".countersign-choreo-connect.json",
  read: async ({ origin, content, keys }, to) => {
    const stack = readChoreoConnect(content, origin);
    const files = filesOf(stack, keepsKeys(stack) ? await keys(readKept) : NOTHING_KEPT);
    const all = [...files, ...(await jksFiles(stack, files))].sort((one, other) =>
      one.path < other.path ? -1 : 1,
    );
    const target = stack.target.kind;
    return { target, purpose: "Choreo Connect", files: all, next: nextSteps(stack, to) };
  },
});
