import assert from "node:assert/strict";
import {
  configTomlProblem,
  withUpstreamTls,
} from "../../../../../components/choreo-connect/upstream-tls/config-toml";
import {
  ADAPTER_DEFAULT,
  RECOMMENDED,
} from "../../../../../components/choreo-connect/upstream-tls/policy";

const CIPHERS =
  "ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256, ECDHE-ECDSA-AES256-GCM-SHA384, " +
  "ECDHE-RSA-AES256-GCM-SHA384, ECDHE-ECDSA-CHACHA20-POLY1305, ECDHE-RSA-CHACHA20-POLY1305";

/** As the chart's, where it matters. */
const BEFORE = `[adapter] # ----
artifactsDirectory = "/home/wso2/artifacts"
{{- if .Values.wso2.apim.controlPlane.enabled }}
[controlPlane]
  enabled = true
{{- end }}
note = """
[router.upstream.tls]
ciphers = "none"
"""
{{/* once
[router.upstream.tls]
*/}}
[router.upstream]

# The backend's
[router.upstream.tls] # as below
  # Minimum
  minimumProtocolVersion = "TLS1_1"
  maximumProtocolVersion = "{{ .Values.maximum | default "TLS1_2" }}"
  # If specified, only these
  ciphers='AES128-SHA, # AES256-SHA'  # [router.upstream.tls]
  trustedCertPath = "/etc/ssl/certs/ca-certificates.crt"
  verifyHostName = true # must be
  disableSslVerification = false

# health
[router.upstream.health]
  ciphers = "of another"
`;

describe("withUpstreamTls", () => {
  it("replaces three values and nothing else", () => {
    assert.equal(
      withUpstreamTls(BEFORE, RECOMMENDED),
      BEFORE.replace('"TLS1_1"', '"TLS1_2"')
        .replace('"{{ .Values.maximum | default "TLS1_2" }}"', '"TLS1_3"')
        .replace("'AES128-SHA, # AES256-SHA'", `"${CIPHERS}"`),
    );
  });

  const texts: Readonly<Record<string, string>> = {
    "the chart's": BEFORE,
    "one with Windows' line ends": BEFORE.replaceAll("\n", "\r\n"),
    "one without the table": '[adapter]\nport = "9843"',
    "an empty one": "",
    "one that ends with the table's name": "[adapter]\n\n  [ router . 'upstream' . \"tls\" ]",
    "one without the keys": "[router.upstream.tls]\n\n[enforcer]\n",
  };
  for (const [name, text] of Object.entries(texts))
    it(`makes of ${name} one that stays the same, and can be changed`, () => {
      assert.equal(configTomlProblem(text), undefined);
      const once = withUpstreamTls(text, RECOMMENDED);
      assert.equal(configTomlProblem(once), undefined);
      assert.equal(withUpstreamTls(once, RECOMMENDED), once);
      const other = withUpstreamTls(once, ADAPTER_DEFAULT);
      assert.notEqual(other, once);
      assert.equal(withUpstreamTls(other, RECOMMENDED), once);
      assert.equal(once.split("\r\n").length > 1, text.includes("\r\n"));
    });

  const ours = (indent: string) =>
    `${indent}minimumProtocolVersion = "TLS1_2"\n${indent}maximumProtocolVersion = "TLS1_3"\n${indent}ciphers = "${CIPHERS}"\n`;

  it("appends the table if it is missing", () => {
    const table = `[router.upstream.tls]\n${ours("  ")}`;
    assert.equal(withUpstreamTls("[adapter]\n", RECOMMENDED), `[adapter]\n\n${table}`);
    assert.equal(withUpstreamTls("[adapter]", RECOMMENDED), `[adapter]\n\n${table}`);
  });

  it("adds keys where the table ends", () => {
    assert.equal(
      withUpstreamTls("[router.upstream.tls]\n\n# next\n[enforcer]\n", RECOMMENDED),
      `[router.upstream.tls]\n${ours("")}\n# next\n[enforcer]\n`,
    );
    assert.equal(
      withUpstreamTls("[router.upstream.tls]\n    verifyHostName = true", RECOMMENDED),
      `[router.upstream.tls]\n    verifyHostName = true\n${ours("    ")}`,
    );
  });
});

describe("configTomlProblem", () => {
  const table = (...lines: string[]) => ["[router.upstream.tls]", ...lines, ""].join("\n");
  const problems: Readonly<Record<string, readonly [string, string]>> = {
    "the table twice": [
      table() + table(),
      "has [router.upstream.tls] in lines 1 and 2, and the adapter takes it once",
    ],
    "a table only sometimes": [
      `{{ if .Values.x }}\n${table()}{{ end }}\n`,
      "has [router.upstream.tls] in line 2 only under a condition of the template",
    ],
    "an array of tables": [
      "[[router.upstream]]\n",
      "has [[router.upstream]] in line 1, where the adapter expects [router.upstream]",
    ],
    "a key twice": [
      table('ciphers = "AES128-SHA"', 'ciphers = "AES256-SHA"'),
      "sets ciphers in lines 2 and 3, and the adapter takes it once",
    ],
    "a key only sometimes": [
      table("{{- with .Values.x }}", "ciphers = {{ . }}", "{{- end }}"),
      "sets ciphers in line 3 only under a condition of the template",
    ],
    "a key between actions": [
      table("{{ if .Values.x }}ciphers = {{ . }}{{ end }}"),
      "has ciphers in line 2 beside actions of the template; give it a line of its own",
    ],
    "a string of several lines": [
      table('ciphers = """', 'AES128-SHA"""'),
      "has a string of several lines for ciphers in line 2; write it in one",
    ],
    "another name": [
      table('Ciphers = "AES128-SHA"'),
      "sets Ciphers in line 2; its name is ciphers",
    ],
    "dotted keys": [
      'router.upstream.tls.ciphers = "AES128-SHA"\n',
      "sets router.upstream.tls.ciphers in line 1; write it below a line [router.upstream.tls]",
    ],
    "dotted keys in a table": [
      '[router]\nupstream . "tls" . ciphers = "AES128-SHA"\n',
      "sets router.upstream.tls.ciphers in line 2; write it below a line [router.upstream.tls]",
    ],
    "an inline table": [
      "[router.upstream]\ntls = { verifyHostName = false }\n",
      "sets router.upstream.tls in line 2; write it below a line [router.upstream.tls]",
    ],
    "names that are not verified": [
      table("verifyHostName = false"),
      "has verifyHostName = false in line 2: the router must verify its backends, so only true is allowed",
    ],
    "certificates that are not verified": [
      table("  disableSslVerification=true # for now"),
      "has disableSslVerification = true in line 2: the router must verify its backends, so only false is allowed",
    ],
    "verification that nobody knows of": [
      table("verifyHostName = {{ .Values.x }}"),
      "has verifyHostName = {{ .Values.x }} in line 2: the router must verify its backends, so only true is allowed",
    ],
  };
  for (const [name, [text, expected]] of Object.entries(problems))
    it(`finds ${name}`, () => assert.equal(configTomlProblem(text), expected));
});
