import { WITHOUT_POSTGRES } from "../backends/debian";
import { startPostgres } from "../backends/postgres";
import { sharedBackend } from "./shared-backend";

if (process.env[WITHOUT_POSTGRES] === undefined) {
  sharedBackend("a PostgreSQL database", "postgres", startPostgres);
} else {
  describe.skip("stacks that share a PostgreSQL database", () => undefined);
}
