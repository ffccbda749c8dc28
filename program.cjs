// Pulumi starts here (package.json, "main"): index.ts, compiled if it has changed.
"use strict";
require("./toolchain/promise-traces.cjs").leavePromisesUnmapped();
module.exports = require("./toolchain/compiled.cjs").load("program");
