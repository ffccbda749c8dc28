#!/usr/bin/env node
// In the repository, the command's TypeScript is compiled if it has changed; the package has it compiled.
"use strict";
require("../host/compile-cache.cjs");
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { version } = require("../package.json");

const isRepository = existsSync(join(__dirname, "..", "toolchain", "compiled.cjs"));
const { main } = isRepository
  ? require("../toolchain/compiled.cjs").load("cli")
  : require("../dist/cli.js");
main(version);
