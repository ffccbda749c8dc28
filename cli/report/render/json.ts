import { escapeInvisibleJson } from "../../../x509";
import type { Finding } from "../gate";
import { headline, stackHeadline } from "../headline";
import type { Report } from "../model";

/** Counted up when a field changes its meaning or goes; a new field does not count. */
export const FORMAT = 1;

export interface JsonOptions {
  /** Of the gates that were asked for; without any, the field is missing. */
  readonly findings?: readonly Finding[] | undefined;
}

/**
 * A report for programs: the model as it is, with a sentence for all and for each stack. What is undefined in the model is
 * missing, what the preview cannot know is `{ "unknown": true }`, what is secret `{ "secret": true }`.
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
