/** The user and the password of a URL; a password may contain an unencoded @, so they reach to the last one. */
const LOGIN = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'`]*@/gi;

/** A parameter of a URL with a password, such as `password` and `sslpassword` of PostgreSQL. */
const PARAMETER = /([?&][\w.-]*(?:password|secret|token)[\w.-]*=)[^&\s"'`]+/gi;

/**
 * Returns a text without the credentials in its URLs. A backend's URL may contain a password (`postgres://…`), and the
 * Pulumi CLI prints it if the backend does not answer.
 */
export function maskCredentials(text: string): string {
  return text.replace(LOGIN, "$1****@").replace(PARAMETER, "$1****");
}
