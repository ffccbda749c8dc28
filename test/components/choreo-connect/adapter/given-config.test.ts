import assert from "node:assert/strict";
import {
  configTomlProblem,
  settingsIn,
  withTokenPair,
} from "../../../../components/choreo-connect/adapter/given-config";
import { TOKEN_PAIR } from "../../../../components/choreo-connect/paths";

/** Creates a test for each row, which expects the given problem, or none. */
function finds(table: readonly (readonly [title: string, text: string, expected?: string])[]) {
  for (const [title, text, expected] of table)
    it(title, () => assert.equal(configTomlProblem(text), expected));
}

const PAIR = "[[enforcer.jwtGenerator.keypair]]\n";
const addition = (reason: string) =>
  `Countersign adds [[enforcer.jwtGenerator.keypair]] at the end, and the adapter would not read it (${reason}); write the tables as [enforcer] and [enforcer.jwtGenerator], outside of conditions`;

describe("A user's config.toml", () => {
  describe("is a template, whose actions have unknown output:", () => {
    finds([
      [
        "values, keys, lists, and parts of texts",
        'a = {{ .a }}\nb = [{{ .b }}, 1]\n{{ .c }} = 1\n{{ .d }} = 2\ne = "x{{ .e | quote }}"\nf = 90{{ .f }}\n[{{ .g }}]\n',
      ],
      [
        "lines, and comments",
        '{{ include "a" . | nindent 2 }} # b\n# {{ .c }}\n{{- /* }} */ -}}\n',
      ],
      ["a value of any type", "[router]\nlistenerPort = {{ .port }}\ncors = {{ .cors }}\n"],
      [
        "in quotes always a text",
        '[router]\n  listenerPort = "{{ .port }}"\n',
        "in line 2, column 3: router.listenerPort is a text, but the adapter expects a whole number from 0 to 4294967295",
      ],
      [
        "outside of quotes never a text",
        "[router]\nsystemHost = {{ .a }}/{{ .b }}\n",
        "in line 2, column 14: unexpected character",
      ],
      [
        "strings in actions, with braces in them",
        '{{ $a := "}}" }}\nb = {{ print `}}` "\\"}}" }}\n',
      ],
      ["assignments, which have no output", "a = 1{{ $b := 2 }}{{- $b = 3 }}\nc = 4\n"],
      ["a branch of each condition", "{{ if .a }}\nb = 1\n{{ else }}\nb = 2\n{{ end }}\n"],
      [
        "the third branch too",
        "{{ if .a }}\nb = 1\n{{ else if .c }}\nb = 2\n{{ else }}\nb = 3\n{{ end }}\n[d]\n",
      ],
      ["a loop once", "{{- range $a, $b := .c }}\n[[d]]\n  e = {{ $b }}\n{{- end }}\n"],
      ["no definitions", '{{ define "a" }}\nb = $x\n{{ end }}\n{{ block "c" . }}d = 1{{ end }}\n'],
      ["lines that are joined by trimming", 'a = "b\n  {{- "c" -}}\n"\n'],
      [
        "no action without an end",
        "a = 1\nb = {{ .c }\n",
        "in line 2, column 5: an action of the template has no end; close it with }}",
      ],
      [
        "no condition without an end",
        "{{ if .a }}\nb = 1\n",
        "in line 1, column 1: {{ if }} has no {{ end }}",
      ],
      [
        "no end without a condition",
        "a = 1\n{{ end }}\n",
        "in line 2, column 1: {{ end }} is not inside a condition of the template",
      ],
    ]);
  });

  describe("is checked where its content is certain:", () => {
    finds([
      [
        "a mistake outside of conditions, at its position in the template",
        "{{- if .a }}\nb = 1\n{{- else }}\nb = 2\n{{- end }}\nc = $d\n",
        'in line 6, column 5: a value begins with $; write it in quotes, as in "$env{NAME}"',
      ],
      ["no mistake inside a condition", "{{ if .a }}\nb = $c\n{{ end }}\n"],
      [
        "a mistake in every branch",
        "{{ if .a }}\nb = $c\n{{ else }}\nb = ''d\n{{ end }}\n",
        'in line 2, column 5: a value begins with $; write it in quotes, as in "$env{NAME}"',
      ],
      [
        "a forbidden setting, also inside a condition",
        "[router.upstream.tls]\n{{ if .a }}\n  verifyHostName = false\n{{ end }}\n",
        "in line 3, column 3: sets router.upstream.tls.verifyHostName to false: the router must verify its backends; only true is allowed",
      ],
    ]);
  });

  describe("leaves the stack's decisions to the stack:", () => {
    finds([
      ["verification of backends, unchanged", "[router.upstream.tls]\nverifyHostName = true\n"],
      [
        "verification of backends",
        "router = { upstream = { tls = { disableSslVerification = {{ .a }} } } }\n",
        "in line 1, column 33: sets router.upstream.tls.disableSslVerification to the template's output: the router must verify its backends; only false is allowed",
      ],
      [
        "ciphers and versions",
        '[router.upstream.TLS]\n  Ciphers = "AES128-SHA"\n',
        'in line 2, column 3: sets router.upstream.tls.ciphers to "AES128-SHA": choreoConnect.upstreamTls decides it, through a variable that overrides this file; remove the line',
      ],
      [
        "paths of pairs",
        '[adapter.keystore]\ncertPath = "/home/wso2/security/keystore/mg.pem"\nkeyPath = "/mine"\n',
        'in line 3, column 1: sets adapter.keystore.keyPath to "/mine": that is where Countersign\'s pair is mounted; only "/home/wso2/security/keystore/mg.key" is allowed',
      ],
      [
        "path of the truststore",
        '[adapter.truststore]\nlocation = "/mine"\n',
        'in line 2, column 1: sets adapter.truststore.location to "/mine": the certificates of the adapter\'s peers are mounted there; only "/home/wso2/security/truststore" is allowed',
      ],
      [
        "the pair that signs tokens",
        `${PAIR}  useForSigning = true\n`,
        "in line 1, column 1: has a pair that signs tokens, but Countersign's own pair does that: remove this enforcer.jwtGenerator.keypair, or give it useForSigning = false to keep publishing its certificate",
      ],
      ["no error for certificates of earlier pairs", `${PAIR}publicCertificatePath = "/old.pem"\n`],
    ]);
  });

  describe("can be extended:", () => {
    finds([
      [
        "no list in brackets",
        "[enforcer.jwtGenerator]\nkeypair = [{ useForSigning = false }]\n",
        "in line 2, column 1: sets enforcer.jwtGenerator.keypair to a list in brackets, to which Countersign cannot add its pair; write each entry below a line [[enforcer.jwtGenerator.keypair]]",
      ],
      [
        "no table in braces",
        "[enforcer]\njwtGenerator = { enabled = true }\n",
        `in line 2, column 34: ${addition("defining a key multiple times is invalid")}`,
      ],
      [
        "no other spelling",
        "[Enforcer.jwtGenerator]\nenabled = true\n",
        `in line 2, column 15: ${addition("it is spelled differently here")}`,
      ],
      ["an action at the end that trims line breaks", "[b]{{ if .a }}\nc = 1\n{{ end -}}\n"],
    ]);

    it("with a line break that no action trims", () => {
      assert.match(
        withTokenPair("# {{ .a -}}\n"),
        /^# \{\{ \.a -\}\}\{\{ "\\n" \}\}\n\n\[\[enforcer/,
      );
    });

    it("with the pair for tokens, after those that only publish a certificate", () => {
      const text = `[enforcer.jwtGenerator]\n  enabled = {{ .a }}\n${PAIR}publicCertificatePath = "o"`;
      assert.equal(configTomlProblem(text), undefined);
      const added = withTokenPair(text);
      assert.ok(added.startsWith(`${text}\n\n${PAIR}`));
      const [settings] = settingsIn(added);
      assert.deepEqual(settings?.tokenPairs, [
        { certificate: "o", key: "", signs: false },
        { ...TOKEN_PAIR, signs: true },
      ]);
    });
  });

  describe("is inserted into a YAML block:", () => {
    finds([
      ["with any indentation inside", "\n\n[a]\n      b = 1\n   \n  c = 2\n"],
      [
        "without indentation at its beginning",
        "  [a]\n[b]\n",
        "in line 2, column 1: the line is less indented than the first line of the file, which the chart's YAML does not allow; do not indent the beginning of the file",
      ],
      [
        "nor one left by an action",
        "  {{ $a := 1 }}\n[b]\n",
        "in line 2, column 1: the line is less indented than the empty line before it, which the chart's YAML does not allow; do not indent the beginning of the file",
      ],
    ]);
  });
});
