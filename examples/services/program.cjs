// The same program for every stack; only their configuration differs.
module.exports = require("../../program.cjs");
