#!/usr/bin/env node
// The command is TypeScript: compiled if it has changed.
"use strict";
require("../toolchain/compiled.cjs").load("cli");
