// @ts-check
import { readdirSync } from "node:fs";
import { defineConfig } from "eslint/config";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/**
 * Forbids imports of a folder: data flows one way, from config to components to outputs (CONTRIBUTING.md).
 *
 * @param {string} folder
 * @param {readonly string[]} forbidden
 * @param {string} why
 */
function boundary(folder, forbidden, why) {
  const group = forbidden.map((name) =>
    name.startsWith("@") || name.startsWith("node:") ? name : `**/${name}`,
  );
  return {
    files: [`${folder}/**/*.ts`],
    rules: { "no-restricted-imports": ["error", { patterns: [{ group, message: why }] }] },
  };
}

const command = ["cli/**", "command/**", "export/**", "verify/**"];
const tools = [...command, "local", "local/**", "toolchain", "toolchain/**", "test/**"];
const systems = readdirSync("systems", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const systemFolders = systems.flatMap((system) => [system, `${system}/**`]);

export default defineConfig(
  // The added system is compiled in the clone into which its test copies it.
  { ignores: ["node_modules/", "dist/", ".countersign/", "test/integration/added-system/"] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  prettier,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  boundary(
    "x509",
    [
      "@pulumi/**",
      "node:fs",
      "node:fs/*",
      "node:net",
      "node:http*",
      "node:child_process",
      "components/**",
      "config",
      "config/**",
      ...tools,
    ],
    "x509/ is pure: no Pulumi, no I/O, no other folder of this repository",
  ),
  boundary(
    "config",
    ["@pulumi/**", "node:fs", "node:fs/*", ...tools],
    "config/ runs without Pulumi, and reads files only through host/",
  ),
  boundary(
    "enrollment",
    ["@pulumi/**", "components/**", "config", "config/**", ...tools],
    "enrollment/ decides on what stacks exchange, and runs without Pulumi",
  ),
  boundary(
    "facts",
    ["@pulumi/**", "components/**", "enrollment", "enrollment/**", "config", "config/**", ...tools],
    "facts/ is what components and the command agree on, and nothing else",
  ),
  boundary(
    "components/enrollment",
    ["kubernetes", "kubernetes/**", "config", "config/**", ...systemFolders, ...tools],
    "components/enrollment knows no system",
  ),
  boundary(
    "components/pki",
    ["kubernetes", "kubernetes/**", "config", "config/**", ...systemFolders, ...tools],
    "components/pki knows no system",
  ),
  boundary(
    "components/kubernetes",
    ["config", "config/**", ...systemFolders, ...tools],
    "components/kubernetes knows no system",
  ),
  ...systems.flatMap((system) => {
    const others = systemFolders.filter((folder) => folder !== system && folder !== `${system}/**`);
    return [
      boundary(
        `components/${system}`,
        ["config", "config/**", ...others, ...tools],
        "components know neither the source of their arguments nor other systems",
      ),
      boundary(`systems/${system}`, others, "a system knows no other system"),
    ];
  }),
  boundary(
    "host",
    ["@pulumi/**", "components/**", "config", "config/**", ...tools],
    "host/ imports no other folder than the pure x509/",
  ),
  ...["cli", "command", "export", "verify"].map((folder) =>
    boundary(
      folder,
      ["@pulumi/**", "local", "local/**", "toolchain", "toolchain/**", "test/**"],
      "the command reads what is deployed, without the Pulumi SDK and local tools",
    ),
  ),
  boundary(
    "cli/fleet",
    ["local", "local/**", "toolchain", "toolchain/**", "test/**"],
    "the command must run where only Pulumi is installed",
  ),
  {
    files: ["**/*.cjs", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
