type Kind = "connector" | "number" | "lower" | "capital" | "end";

/** A run of hyphens, of digits, of capitals (the last one excepted where it begins a word), or a word. */
const TOKEN = /-+|\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

function kindOf(token: string | undefined): Kind {
  if (token === undefined) return "end";
  if (token.startsWith("-")) return "connector";
  if (/^\d/.test(token)) return "number";
  return /^[A-Z]/.test(token) ? "capital" : "lower";
}

/**
 * What the charts' `kebabcase` makes of a string of ASCII letters, digits and hyphens.
 *
 * Helm's function is sprig's, which is huandu/xstrings' ToKebabCase, and it treats digits in a way of its own: they
 * end the word before them (`MyOrg1MSP` is `my-org1-msp`) unless small letters follow, which then start a word with
 * them (`Org2go` is `org-2go`). Two MSP IDs with the same result are one volume to the chart, so the rule
 * has to be the same to the letter; test/interop compares it with Helm's.
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
