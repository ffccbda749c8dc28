import { z } from "zod";

/** A name as Kubernetes has them (RFC 1123), for it becomes part of an address. */
export const objectName = z.string().regex(/^[a-z\d]([-.a-z\d]*[a-z\d])?$/, {
  error: "no such name",
});
