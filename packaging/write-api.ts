import { reportApi } from "./api";

const changed = reportApi({ write: true });
process.stdout.write(
  changed.length > 0 ? `changed: ${changed.join(", ")}\n` : "no public type has changed\n",
);
