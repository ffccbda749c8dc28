/** Renders a report for people and for programs. */
export { renderJson, type JsonOptions } from "./json";
export { renderMarkdown, type MarkdownOptions } from "./markdown";
export { renderText } from "./text";
