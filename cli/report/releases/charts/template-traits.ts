import { readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { LIMITS, readFileText } from "../../../../host";

/** Features of templates that render differently without a cluster, or every time. */
export interface TemplateTraits {
  /** Random values or the time; each rendering may differ. */
  readonly chance: boolean;
  /** Objects in the cluster. */
  readonly lookup: boolean;
  /** Which APIs the cluster has. */
  readonly apis: boolean;
  /** The number of the release's revision. */
  readonly revision: boolean;
}

const PATTERNS: Readonly<Record<keyof TemplateTraits, RegExp>> = {
  chance:
    /\{\{[^}]*\b(rand(Alpha|AlphaNum|Numeric|Ascii|Int|Bytes)|gen(PrivateKey|CA|CAWithKey|SelfSignedCert|SelfSignedCertWithKey|SignedCert|SignedCertWithKey)|uuidv4|shuffle|htpasswd|bcrypt|encryptAES|now|ago)\b/,
  lookup: /\{\{[^}]*\blookup\b/,
  apis: /\.Capabilities\.APIVersions\b/,
  revision: /\.Release\.Revision\b/,
};

const UNKNOWN_TRAITS: TemplateTraits = {
  chance: true,
  lookup: false,
  apis: false,
  revision: false,
};

/** Creates a reader that examines each chart only once. */
export function traitsReader(): (chart: string) => TemplateTraits {
  const known = new Map<string, TemplateTraits>();
  return (chart) => {
    const traits = known.get(chart) ?? templateTraits(chart);
    known.set(chart, traits);
    return traits;
  };
}

/** Examines the templates of a chart and of its subcharts. An archive is assumed to render differently each time. */
function templateTraits(chart: string): TemplateTraits {
  if (!statSync(chart).isDirectory()) return UNKNOWN_TRAITS;
  const files = readdirSync(chart, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(chart, join(entry.parentPath, entry.name)));
  const templates = files
    .filter((file) => file.split(sep).includes("templates"))
    .map((file) => readIfThere(join(chart, file)));
  const uses = (pattern: RegExp) => templates.some((template) => pattern.test(template));
  return {
    chance: uses(PATTERNS.chance) || files.some((file) => file.endsWith(".tgz")),
    lookup: uses(PATTERNS.lookup),
    apis: uses(PATTERNS.apis),
    revision: uses(PATTERNS.revision),
  };
}

function readIfThere(file: string): string {
  try {
    return readFileText(file, { limit: LIMITS.config });
  } catch {
    return ""; // not a file, or a broken link; Helm will report it
  }
}
