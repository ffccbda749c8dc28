// Pulumi starts here (package.json, "main"): index.ts, compiled if it has changed.
"use strict";
module.exports = require("./toolchain/compiled.cjs").load("program");
