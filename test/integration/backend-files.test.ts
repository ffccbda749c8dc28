import { join } from "node:path";
import { filesBackend } from "../backends/files";
import { sharedBackend } from "./shared-backend";
import { workbench } from "./workbench";

// In the folder of the stacks, which is searched for private keys.
sharedBackend("a folder", "files", async () =>
  filesBackend(join((await workbench()).directory, "files", "state")),
);
