import { startPostgres } from "../backends/postgres";
import { sharedBackend } from "./shared-backend";

sharedBackend("a PostgreSQL database", "postgres", startPostgres);
