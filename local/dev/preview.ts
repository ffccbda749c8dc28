import { chooseCluster, prepare, run } from "./environment";
import { Pulumi } from "./pulumi";

/** Shows what `make up` would change now. */
async function preview(): Promise<void> {
  const environment = await prepare(chooseCluster(process.env), () => undefined);
  const pulumi = new Pulumi(environment);
  await pulumi.ensureStack();
  await pulumi.preview();
}

run(preview);
