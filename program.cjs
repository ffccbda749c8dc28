// Pulumi starts here (package.json, "main"): index.ts, compiled if it has changed.
"use strict";
const { leavePromisesUnmapped, leaveResourcesUntraced } = require("./toolchain/traces.cjs");
leavePromisesUnmapped();
leaveResourcesUntraced();
module.exports = require("./toolchain/compiled.cjs").load("program");
