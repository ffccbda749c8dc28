// Pulumi starts here: in the repository, index.ts is compiled if it has changed; the package has it compiled.
"use strict";
require("./host/compile-cache.cjs");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const isRepository = existsSync(join(__dirname, "toolchain", "compiled.cjs"));
const { default: program } = isRepository
  ? require("./toolchain/compiled.cjs").load("program")
  : require("./dist/program.js");
module.exports = program;
