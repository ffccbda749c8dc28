import assert from "node:assert/strict";
import { nodeAt } from "../../../../components/choreo-connect/adapter/settings";
import { shapeProblem } from "../../../../components/choreo-connect/adapter/shape";
import { placeOf, readToml } from "../../../../components/choreo-connect/adapter/toml";

const AT_DOLLAR = '1:5 a value begins with $; write it in quotes, as in "$env{NAME}"';
const WIDE = "1:5 a whole number has more than 64 bits";
const LONG = "1:5 a text of several lines ends in a quote of its own; escape it";
const MARK = "1:1 unexpected character";

/** `line:column message` of what the adapter does not accept; undefined if it accepts everything. */
function problemOf(text: string): string | undefined {
  const config = readToml(text);
  const problem = "message" in config ? config : shapeProblem(config);
  if (problem === undefined) return undefined;
  const { line, column } = placeOf(text, problem.at);
  return `${line}:${column} ${problem.message}`;
}

/** Creates a test for each row, which expects the given problem, or none. */
function finds(table: readonly (readonly [title: string, text: string, expected?: string])[]) {
  for (const [title, text, expected] of table)
    it(title, () => assert.equal(problemOf(text), expected));
}

describe("A config.toml", () => {
  describe("is TOML as the adapter's parser reads it:", () => {
    finds([
      ["an empty one", ""],
      ["tables in any order, also before the one that contains them", "[a.b]\n[a]\n[c]\n"],
      ["no value with a bare $", "a = $env{x}", AT_DOLLAR],
      ["a value with $ in quotes", 'a = "$env{x}"\r\nb = 1\r\n'],
      ["no key twice", "a = 1\na = 2\n", "2:1 defining a key multiple times is invalid"],
      ["no table twice", "[a]\n\n[a]\n", "3:2 defining a key multiple times is invalid"],
      ["no text without an end", 'a = "b\n', "1:7 unterminated string constant"],
      ["nothing from TOML 1.1", 'a = "\\e"\n', "1:7 invalid character in escape sequence"],
      ["no number of more than 64 bits", "a = 9223372036854775808", WIDE],
      ["a number of 64 bits, in any notation", "a = -9223372036854775808\nb = 0x1F\n"],
      ["no long text that ends in a quote", 'a = """b""""', LONG],
      ["a long text that ends in an escaped one", 'a = """b\\""""\nc = """"""\n'],
      ["no byte order mark, which the chart would put in the middle", "\uFEFFa = 1", MARK],
    ]);
  });

  describe("has the types of Go:", () => {
    finds([
      [
        "a text",
        "[adapter.server]\n  port = 9843\n",
        "2:3 adapter.server.port is a whole number, but the adapter expects a text in quotes",
      ],
      [
        "a switch",
        'router.upstream.tls.verifyHostName = "true"\n',
        "1:1 router.upstream.tls.verifyHostName is a text, but the adapter expects true or false, without quotes",
      ],
      [
        "a number with bounds",
        "[router]\nlistenerPort = -1\n",
        "2:1 router.listenerPort is a whole number, but the adapter expects a whole number from 0 to 4294967295",
      ],
      [
        "no fraction",
        "[enforcer.cache]\nexpiryTime = 1.5\n",
        "2:1 enforcer.cache.expiryTime is a number with a fraction, but the adapter expects a whole number of at most 32 bits",
      ],
      ["a number of 32 bits", "[enforcer.cache]\nexpiryTime = -2147483648\n"],
      ["a duration, also as a number", '[controlPlane]\nretryInterval = "1m30s"\n'],
      [
        "no duration without a unit",
        '[controlPlane]\nretryInterval = "30"\n',
        '2:1 controlPlane.retryInterval is a text, but the adapter expects a whole number, or a duration such as "20s"',
      ],
      [
        "a list of texts",
        "[router.cors]\nallowOrigins = [1]\n",
        "2:17 router.cors.allowOrigins is a whole number, but the adapter expects a text in quotes",
      ],
      [
        "a list, not a text",
        '[router.cors]\nallowOrigins = "*"\n',
        "2:1 router.cors.allowOrigins is a text, but the adapter expects a list of texts",
      ],
      [
        "tables with one name",
        "[adapter.vhostMapping]\n",
        "1:1 adapter.vhostMapping is a table, but the adapter expects tables, each below [[adapter.vhostMapping]]",
      ],
      [
        "which may be in brackets, but not empty",
        "[enforcer.jwtGenerator]\nkeypair = []\n",
        "2:1 enforcer.jwtGenerator.keypair is an empty list, but the adapter expects tables, each below [[enforcer.jwtGenerator.keypair]]",
      ],
      ["some in brackets", "[enforcer.jwtGenerator]\nkeypair = [{ useForSigning = true }]\n"],
      [
        "the content of each of them",
        "[[enforcer.security.tokenService]]\n[[enforcer.security.tokenService]]\nissuer = true\n",
        "3:1 enforcer.security.tokenService.issuer is true or false, but the adapter expects a text in quotes",
      ],
      [
        "a table",
        "adapter = 1979-05-27\n",
        "1:1 adapter is a date, but the adapter expects a table",
      ],
      [
        "a map of texts",
        "[tracing.configProperties]\nport = 9411\n",
        "2:1 tracing.configProperties.port is a whole number, but the adapter expects a text in quotes",
      ],
      ["a map of anything", "[router.filters.compression.libraryProperties]\na = 1\nb = [true]\n"],
      ["anything at keys that the adapter does not know", "[router]\nmine = [1, 2.5]\n"],
    ]);

    it("at a key in each of its four spellings, of which the first counts", () => {
      for (const spelling of ["SystemHost", "systemhost", "SYSTEMHOST", "systemHost"])
        assert.match(
          problemOf(`[router]\n${spelling} = 1\n`) ?? "",
          new RegExp(`^2:1 router\\.${spelling} is a whole number`),
        );
      assert.equal(problemOf("[router]\nsystemhosT = 1\n"), undefined);
      const config = readToml('[Router]\na = 1\n[router]\nsystemHost = "b"\nSystemHost = "a"\n');
      assert.ok("entries" in config);
      const node = nodeAt(config, ["router", "SystemHost"]);
      assert.ok(node?.kind === "value" && node.value === "a");
    });
  });
});
