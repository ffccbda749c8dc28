import type { Report } from "../model";

export function renderText(report: Report): string {
  return `${report.at}\n`;
}
