#!/usr/bin/env node
// The command is TypeScript and runs as it stands: tsx reads it.
import { createRequire } from "node:module";
import { register } from "tsx/cjs/api";

register();
createRequire(import.meta.url)("./main.ts");
