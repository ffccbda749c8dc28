import { complaintOf, countersign, statusOf } from "./program";
import { complain } from "../command/say";

/**
 * Runs the command with the arguments of this process.
 *
 * @param version version of the package.
 */
export async function main(version: string): Promise<void> {
  try {
    await countersign(version).parseAsync();
  } catch (error) {
    const complaint = complaintOf(error);
    if (complaint !== undefined) complain(`${complaint}\n`);
    process.exitCode = statusOf(error);
  }
}
