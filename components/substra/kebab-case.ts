type Kind = "connector" | "number" | "lower" | "capital" | "end";

/** A sequence of hyphens, of digits, of capitals (except the last one if it begins a word), or a word. */
const TOKEN = /-+|\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

function kindOf(token: string | undefined): Kind {
  if (token === undefined) return "end";
  if (token.startsWith("-")) return "connector";
  if (/^\d/.test(token)) return "number";
  return /^[A-Z]/.test(token) ? "capital" : "lower";
}

/**
 * Converts a string of ASCII letters, digits and hyphens as the charts' `kebabcase` does.
 *
 * Helm's function is sprig's, which is ToKebabCase of huandu/xstrings. It treats digits in its own way: they end the
 * word before them (`MyOrg1MSP` becomes `my-org1-msp`), unless lower-case letters follow, which then form a word with
 * them (`Org2go` becomes `org-2go`). Two MSP IDs with the same result are one volume to the chart, so the rule must be
 * exactly the same; test/interop compares it with Helm's.
 */
export function kebabCase(text: string): string {
  const tokens = text.match(TOKEN) ?? [];
  let result = "";
  let position = 0;
  const next = () => kindOf(tokens[position]);
  const take = () => (result += (tokens[position++] ?? "").toLowerCase());

  const takeNumber = () => {
    take();
    while (next() === "lower" || next() === "number") take();
    if (next() === "capital") result += "-";
  };

  while (next() !== "end") {
    if (next() === "connector") {
      take();
    } else if (next() === "number") {
      takeNumber();
    } else {
      take();
      if (next() === "number") {
        if (kindOf(tokens[position + 1]) === "lower") {
          result += "-";
          takeNumber();
          continue;
        }
        take();
      }
      if (next() === "capital" || next() === "lower") result += "-";
    }
  }
  return result;
}
