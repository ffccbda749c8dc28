/**
 * Hides from child processes that a make runs this one. Otherwise another make would print "make[1]: Entering directory",
 * also into output that a shell evaluates.
 */
export function leaveMake(): void {
  for (const name of ["MAKEFLAGS", "MAKELEVEL", "MFLAGS"])
    Reflect.deleteProperty(process.env, name);
}
