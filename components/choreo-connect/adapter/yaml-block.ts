import type { TomlProblem } from "./toml";

/**
 * Finds what keeps a config.toml from being read back from the chart's manifest, which contains it as a YAML block: the
 * first line of a block decides how far all lines are indented (YAML 1.2, section 8.1.1.1).
 */
export function indentProblem(text: string): TomlProblem | undefined {
  let at = 0;
  let first: number | undefined;
  let widest = 0;
  for (const line of text.split("\n")) {
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    const isBlank = line.trim() === "";
    if (first === undefined && isBlank) widest = Math.max(widest, indent);
    else if (first === undefined) {
      first = indent;
      if (widest > first) return problem(at, "is less indented than the empty line before it");
    } else if (!isBlank && indent < first) {
      return problem(at, "is less indented than the first line of the file");
    }
    at += line.length + 1;
  }
  return undefined;
}

function problem(at: number, what: string): TomlProblem {
  return {
    at,
    message: `the line ${what}, which the chart's YAML does not allow; do not indent the beginning of the file`,
  };
}
