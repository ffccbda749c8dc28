import { z } from "zod";

/** A Kubernetes object name (RFC 1123). It is checked because it becomes part of a URL. */
export const objectName = z.string().regex(/^[a-z\d]([-.a-z\d]*[a-z\d])?$/, {
  error: "not a valid name",
});
