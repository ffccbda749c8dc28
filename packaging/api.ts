import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type IConfigFile,
} from "@microsoft/api-extractor";
import { ENTRIES, type Entry } from "./entries";

const root = resolve(__dirname, "..");
const REPORTS = join(root, "docs", "api");

/** Messages about what the reports show anyway, or what this repository's own rules for comments decide. */
const SILENT = { logLevel: ExtractorLogLevel.None, addToApiReportFile: false };

/**
 * Writes down the public types of what programs import, as built in `dist/`: one report per import, so that a review
 * sees each change of them.
 *
 * @param options.write whether to replace reports that differ.
 * @returns the names of reports that differed.
 */
export function reportApi({ write }: { readonly write: boolean }): readonly string[] {
  mkdirSync(REPORTS, { recursive: true });
  const expected = new Set(ENTRIES.map(reportOf));
  const superfluous = readdirSync(REPORTS).filter(
    (file) => file.endsWith(".api.md") && !expected.has(file),
  );
  if (write) for (const file of superfluous) rmSync(join(REPORTS, file));
  const changed = ENTRIES.filter((entry) => {
    const config = ExtractorConfig.prepare({
      configObject: configOf(entry),
      configObjectFullPath: undefined,
      packageJsonFullPath: join(root, "package.json"),
    });
    const { apiReportChanged, errorCount } = Extractor.invoke(config, {
      localBuild: write,
      messageCallback(message) {
        message.handled = message.logLevel !== ExtractorLogLevel.Error;
      },
    });
    if (errorCount > 0) throw new Error(`the types of ${entry.name} cannot be read: see above`);
    return apiReportChanged;
  });
  return [...changed.map(reportOf), ...superfluous];
}

function reportOf({ name }: Entry): string {
  return `${name}.api.md`;
}

function configOf(entry: Entry): IConfigFile {
  return {
    projectFolder: root,
    mainEntryPointFilePath: join(root, "dist", "types", `${entry.source}.d.ts`),
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: "es2023",
          lib: ["es2023"],
          module: "node16",
          moduleResolution: "node16",
          strict: true,
          skipLibCheck: true,
          types: ["node"],
        },
        files: [join(root, "dist", "types", `${entry.source}.d.ts`)],
      },
    },
    newlineKind: "lf",
    apiReport: {
      enabled: true,
      reportFileName: reportOf(entry),
      reportFolder: REPORTS,
      reportTempFolder: join(root, ".countersign", "api"),
      // The other reports have these.
      includeForgottenExports: entry.name !== "index",
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    messages: {
      compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      extractorMessageReporting: { default: SILENT },
      tsdocMessageReporting: { default: SILENT },
    },
  };
}
