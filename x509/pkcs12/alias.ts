import { quote } from "../printable";
import { Pkcs12Error } from "./pkcs12-error";

/**
 * Returns an alias as Java stores it: in lower case, as Java looks entries up that way.
 * @throws Pkcs12Error if configuration files and command lines could not carry it unchanged
 */
export function javaAlias(alias: string): string {
  if (!/^[!-~](?:[ -~]*[!-~])?$/.test(alias))
    throw new Pkcs12Error(
      `The alias ${quote(alias)} cannot be used: printable ASCII without a space at either end is allowed.`,
    );
  return alias.toLowerCase();
}
