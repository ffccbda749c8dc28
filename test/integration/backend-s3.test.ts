import { startMinio } from "../backends/minio";
import { sharedBackend } from "./shared-backend";

sharedBackend("a bucket of an S3-compatible store", "minio", startMinio);
