#!/usr/bin/env node
// The command is written in TypeScript, which is compiled if it has changed.
"use strict";
const { version } = require("../package.json");
require("../toolchain/compiled.cjs").load("cli").main(version);
