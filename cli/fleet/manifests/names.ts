import { CannotStart } from "../failure";

/** Longest name that the definition of Stack accepts (operator 2.9.0). */
const LONGEST = 42;

/**
 * Returns the names of the stacks' objects, by stack. The operator names Services after them, so they begin with a letter.
 *
 * @param suffix end of each name.
 * @throws CannotStart if stacks get the same name, or a name is too long.
 */
export function objectNames(
  stacks: readonly string[],
  suffix: string,
): ReadonlyMap<string, string> {
  const byName = new Map<string, string>();
  for (const stack of stacks) {
    const name = `${nameOf(stack)}${suffix}`;
    if (name.length > LONGEST) {
      throw new CannotStart(
        `stack ${stack}: the operator accepts at most ${LONGEST} characters, and the object's name ${name} has ${name.length}; rename the stack (\`pulumi stack rename\`, and its file), or leave it out with --select`,
      );
    }
    const other = byName.get(name);
    if (other !== undefined) {
      throw new CannotStart(
        `the objects of stacks ${other} and ${stack} would both be called ${name}: rename one of the stacks (\`pulumi stack rename\`, and its file), or leave one out with --select`,
      );
    }
    byName.set(name, stack);
  }
  return new Map([...byName].map(([name, stack]) => [stack, name]));
}

function nameOf(stack: string): string {
  const plain = stack.toLowerCase().replace(/[^a-z\d]+/g, "-");
  const name = /^[a-z]/.test(plain) ? plain : `stack-${plain}`;
  return name.replace(/-+/g, "-").replace(/-$/, "");
}
