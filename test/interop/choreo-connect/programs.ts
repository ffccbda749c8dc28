import { join } from "node:path";
import { built } from "../programs";

/**
 * Builds a module's only program.
 *
 * @returns path of the program.
 */
export async function builtGo(name: string, module: string, program: string): Promise<string> {
  return join(await built(name, module, (made) => ["-o", join(made, program), "."]), program);
}
