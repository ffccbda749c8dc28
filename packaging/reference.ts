import { join, resolve } from "node:path";
import { Application } from "typedoc";
import { ENTRIES } from "./entries";

const root = resolve(__dirname, "..");

/** Writes the reference of what programs import as web pages, from the doc comments. */
async function writeReference(to: string): Promise<void> {
  const application = await Application.bootstrap({
    entryPoints: ENTRIES.filter(({ name }) => name !== "index").map(({ source }) =>
      join(root, `${source}.ts`),
    ),
    tsconfig: join(root, "tsconfig.json"),
    name: "Countersign",
    readme: join(root, "docs", "components.md"),
    excludeInternal: true,
    excludePrivate: true,
    githubPages: false,
    disableSources: true,
    // Comments also link to what is not exported, for whoever reads the sources.
    validation: { notExported: false, invalidLink: false, notDocumented: false },
    treatWarningsAsErrors: true,
  });
  const project = await application.convert();
  if (project === undefined) throw new Error("typedoc could not read the sources: see above");
  application.validate(project);
  await application.generateDocs(project, to);
  if (application.logger.hasErrors() || application.logger.hasWarnings())
    throw new Error("the reference is not complete: see above");
}

writeReference(join(root, ".countersign", "reference")).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
