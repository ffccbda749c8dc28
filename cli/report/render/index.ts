/** A report as people and programs read it. */
export { renderJson, type JsonOptions } from "./json";
export { renderMarkdown, type MarkdownOptions } from "./markdown";
export { renderText } from "./text";
