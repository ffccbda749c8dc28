import { defineConfig } from "eslint/config";
import importX from "eslint-plugin-import-x";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/** Which folder may import which: config -> components -> outputs runs one way (docs/design.md). */
const boundaries = [
  { target: "./x509", from: ["./components", "./config", "./cli", "./local", "./toolchain"] },
  { target: "./config", from: ["./cli", "./local", "./toolchain"] },
  { target: "./components/pki", from: ["./components/!(pki)/**", "./config", "./cli"] },
  { target: "./components/kubernetes", from: ["./components/!(kubernetes|pki)/**", "./config", "./cli"] },
  { target: "./components/substra", from: ["./components/!(kubernetes|pki|substra)/**", "./config", "./cli"] },
  { target: "./cli", from: ["./toolchain", "./local", "./test"] },
];

/** x509/ is pure: it runs without Pulumi, without a network and without a file system. */
const impure = ["@pulumi/*", "node:fs", "node:fs/*", "node:net", "node:http*", "node:child_process"];

export default defineConfig(
  { ignores: ["node_modules/", ".countersign/"] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  prettier,
  {
    plugins: { "import-x": importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": ["error", { zones: boundaries }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["x509/**"], rules: { "no-restricted-imports": ["error", { patterns: impure }] } },
  {
    // A Pulumi resource does its work by being constructed.
    files: ["index.ts", "components/**", "test/**"],
    rules: { "no-new": "off" },
  },
);
