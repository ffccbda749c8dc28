import type { Report } from "../model";

export interface MarkdownOptions {
  /** Most bytes in UTF-8. */
  readonly limit?: number | undefined;
}

export function renderMarkdown(report: Report, { limit = 64_000 }: MarkdownOptions = {}): string {
  return `${report.at} ${limit}\n`;
}
