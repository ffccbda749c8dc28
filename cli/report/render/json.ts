import { escapeInvisibleJson } from "../../../x509";
import type { Finding } from "../gate";
import { headline, stackHeadline } from "../headline";
import type { Report } from "../model";

/** Increased when a field is removed or changes its meaning, but not for a new field. */
const FORMAT = 1;

interface JsonOptions {
  /** Findings of the requested gates; without gates, the field is missing. */
  readonly findings?: readonly Finding[] | undefined;
}

/**
 * A report for programs: the unchanged model, with a headline for all stacks and for each one. Undefined fields are
 * missing; a value that the preview cannot know is `{ "unknown": true }`, and a secret one `{ "secret": true }`.
 */
export function renderJson({ at, stacks }: Report, { findings }: JsonOptions = {}): string {
  const content = {
    format: FORMAT,
    headline: headline({ at, stacks }),
    at,
    stacks: stacks.map(({ stack, ...rest }) => ({
      stack,
      headline: stackHeadline({ stack, ...rest }),
      ...rest,
    })),
    findings,
  };
  return escapeInvisibleJson(`${JSON.stringify(content, null, 2)}\n`);
}
