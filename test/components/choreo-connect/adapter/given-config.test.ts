import assert from "node:assert/strict";
import {
  configTomlProblem,
  settingsIn,
  withTokenPair,
} from "../../../../components/choreo-connect/adapter/given-config";
import { TOKEN_PAIR } from "../../../../components/choreo-connect/paths";

/** Makes a test of each row: that this is found, or nothing. */
function finds(table: readonly (readonly [title: string, text: string, expected?: string])[]) {
  for (const [title, text, expected] of table)
    it(title, () => assert.equal(configTomlProblem(text), expected));
}

const PAIR = "[[enforcer.jwtGenerator.keypair]]\n";
const addition = (reason: string) =>
  `Countersign adds [[enforcer.jwtGenerator.keypair]] at the end, and the adapter would not read it (${reason}); write the tables as [enforcer] and [enforcer.jwtGenerator], outside of conditions`;

describe("A config.toml of the user's", () => {
  describe("is a template, whose actions make what is not known:", () => {
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
        "in line 2, column 3: router.listenerPort is a text, and the adapter takes a whole number from 0 to 4294967295",
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
      ["assignments, which make nothing", "a = 1{{ $b := 2 }}{{- $b = 3 }}\nc = 4\n"],
      ["a branch of each condition", "{{ if .a }}\nb = 1\n{{ else }}\nb = 2\n{{ end }}\n"],
      [
        "the third branch too",
        "{{ if .a }}\nb = 1\n{{ else if .c }}\nb = 2\n{{ else }}\nb = 3\n{{ end }}\n[d]\n",
      ],
      ["a loop once", "{{- range $a, $b := .c }}\n[[d]]\n  e = {{ $b }}\n{{- end }}\n"],
      ["definitions not", '{{ define "a" }}\nb = $x\n{{ end }}\n{{ block "c" . }}d = 1{{ end }}\n'],
      ["lines that are joined by what is trimmed", 'a = "b\n  {{- "c" -}}\n"\n'],
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
        "in line 2, column 1: {{ end }} is in no condition of the template",
      ],
    ]);
  });

  describe("is judged by what is certain:", () => {
    finds([
      [
        "a mistake outside of conditions, at its place in the template",
        "{{- if .a }}\nb = 1\n{{- else }}\nb = 2\n{{- end }}\nc = $d\n",
        'in line 6, column 5: a value begins with $; write it in quotes, as in "$env{NAME}"',
      ],
      ["one under a condition not", "{{ if .a }}\nb = $c\n{{ end }}\n"],
      [
        "one in every branch",
        "{{ if .a }}\nb = $c\n{{ else }}\nb = ''d\n{{ end }}\n",
        'in line 2, column 5: a value begins with $; write it in quotes, as in "$env{NAME}"',
      ],
      [
        "what must not be, under a condition too",
        "[router.upstream.tls]\n{{ if .a }}\n  verifyHostName = false\n{{ end }}\n",
        "in line 3, column 3: sets router.upstream.tls.verifyHostName to false: the router must verify its backends; only true is allowed",
      ],
    ]);
  });

  describe("leaves to the stack what that decides:", () => {
    finds([
      ["what verifies backends, as it is", "[router.upstream.tls]\nverifyHostName = true\n"],
      [
        "what verifies them",
        "router = { upstream = { tls = { disableSslVerification = {{ .a }} } } }\n",
        "in line 1, column 33: sets router.upstream.tls.disableSslVerification to what the template makes: the router must verify its backends; only false is allowed",
      ],
      [
        "ciphers and versions",
        '[router.upstream.TLS]\n  Ciphers = "AES128-SHA"\n',
        'in line 2, column 3: sets router.upstream.tls.ciphers to "AES128-SHA": choreoConnect.upstreamTls decides it, by a variable that wins over this file; remove the line',
      ],
      [
        "where pairs are",
        '[adapter.keystore]\ncertPath = "/home/wso2/security/keystore/mg.pem"\nkeyPath = "/mine"\n',
        'in line 3, column 1: sets adapter.keystore.keyPath to "/mine": that is where Countersign\'s pair is mounted; only "/home/wso2/security/keystore/mg.key" is allowed',
      ],
      [
        "where peers are known by",
        '[adapter.truststore]\nlocation = "/mine"\n',
        'in line 2, column 1: sets adapter.truststore.location to "/mine": the certificates of the adapter\'s peers are mounted there; only "/home/wso2/security/truststore" is allowed',
      ],
      [
        "who signs tokens",
        `${PAIR}  useForSigning = true\n`,
        "in line 1, column 1: has a pair that signs tokens, and Countersign's own does: remove this enforcer.jwtGenerator.keypair, or give it useForSigning = false to go on publishing its certificate",
      ],
      ["certificates of earlier pairs not", `${PAIR}publicCertificatePath = "/old.pem"\n`],
    ]);
  });

  describe("can be added to:", () => {
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
        `in line 2, column 15: ${addition("it is spelt in another way here")}`,
      ],
      ["what an action ends that trims the line breaks", "[b]{{ if .a }}\nc = 1\n{{ end -}}\n"],
    ]);

    it("with a line break that no action trims", () => {
      assert.match(
        withTokenPair("# {{ .a -}}\n"),
        /^# \{\{ \.a -\}\}\{\{ "\\n" \}\}\n\n\[\[enforcer/,
      );
    });

    it("with the pair for tokens, behind those that only publish a certificate", () => {
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

  describe("is put into a block of YAML:", () => {
    finds([
      ["with any indent in it", "\n\n[a]\n      b = 1\n   \n  c = 2\n"],
      [
        "with no indent at its beginning",
        "  [a]\n[b]\n",
        "in line 2, column 1: the line is less indented than the first line of the file, which the chart's YAML does not take; do not indent the beginning of the file",
      ],
      [
        "nor one that an action leaves there",
        "  {{ $a := 1 }}\n[b]\n",
        "in line 2, column 1: the line is less indented than the empty line before it, which the chart's YAML does not take; do not indent the beginning of the file",
      ],
    ]);
  });
});
