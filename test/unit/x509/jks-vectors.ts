/**
 * A store that keytool wrote from one public certificate, GO_CA of vectors.ts, so that the reader is not only tested
 * with our writer. Its password is `changeit`.
 */

/** `keytool -importcert -alias Consortium -storetype JKS` of Java 17. */
export const KEYTOOL_TRUST_STORE = Buffer.from(
  `
/u3+7QAAAAIAAAABAAAAAgAKY29uc29ydGl1bQAAAaIq+NwqAAVYLjUwOQAAAdowggHWMIIBXKADAgECAgQAvu8BMAoGCCqGSM49BAMD
MDAxEzARBgNVBAoTCkNvbnNvcnRpdW0xGTAXBgNVBAMTEENvbnNvcnRpdW0gQ0EgZzEwIBcNMjAwMTAyMDMwNDA1WhgPMjA2MDAxMDIw
MzA0MDVaMDAxEzARBgNVBAoTCkNvbnNvcnRpdW0xGTAXBgNVBAMTEENvbnNvcnRpdW0gQ0EgZzEwdjAQBgcqhkjOPQIBBgUrgQQAIgNi
AAT7shndwbAkX+lybs93wvJThvg9dl+i6Ktypxq++1D+XoiFFWqAJ2UEEGpYPkZ6xvuQdBoaAR6H4qSRMT3ULiL94/zqEaPG6zOrvK48
YvZXUu9DvipXw3Mu1tVBhORnYDejRTBDMA4GA1UdDwEB/wQEAwIBBjASBgNVHRMBAf8ECDAGAQH/AgEBMB0GA1UdDgQWBBTjxB0HN18n
T9GRQenmNF0154qitjAKBggqhkjOPQQDAwNoADBlAjEA8YkcNRFIqXQPiQr+adFYUgQe/F1wUrDnZV5cxz55FIBAMLpWQSjuHhWNAUKl
974TAjAxhNJFeEUeXgTd1OvPOuDG49tMx04OqKi4px4n+KX9jfzQv0T0qAIPXY0j0YDkxXjA/2l1AX78Ilrp7BloDYbHSRkmPw==
`,
  "base64",
);
