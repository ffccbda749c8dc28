import { quote } from "../printable";
import { Pkcs12Error } from "./pkcs12-error";

/**
 * The alias as Java knows it: it looks entries up in lower case.
 * @throws Pkcs12Error if it is not what configuration files and command lines hold in one form everywhere
 */
export function javaAlias(alias: string): string {
  if (!/^[!-~](?:[ -~]*[!-~])?$/.test(alias))
    throw new Pkcs12Error(
      `The alias ${quote(alias)} cannot be used: printable ASCII without a space at either end is allowed.`,
    );
  return alias.toLowerCase();
}
