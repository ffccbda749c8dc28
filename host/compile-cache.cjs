// @ts-check
/**
 * Keeps what Node compiles, so that the next start need not compile it again. Node 20 cannot do that.
 * See https://nodejs.org/api/module.html#module-compile-cache
 */
"use strict";
const nodeModule = require("node:module");
const { homedir } = require("node:os");
const { join } = require("node:path");

const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
try {
  // Node runs what it finds there, and its own default is a folder that all users of a machine share.
  const caches = XDG_CACHE_HOME || LOCALAPPDATA || join(homedir(), ".cache");
  nodeModule.enableCompileCache?.(join(caches, "countersign", "compiled"));
} catch {
  // A user without a home starts as before.
}
