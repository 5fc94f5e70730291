import type { DeployedFunction } from "./observe.ts";

/** What SCF does not accept in a description, apart from the punctuation that we use. */
const NOT_A_WORD = /[^A-Za-z0-9\u4e00-\u9fff]+/g;

/** The first sentence of the description of every function that a project deploys. */
function mark(projectName: string): string {
  const words = projectName.replace(NOT_A_WORD, " ").trim();
  return `Deployed by ${words || "Serverless Devs"}.`;
}

/** The description of a project's functions, by which {@link isOwn} knows them again. */
export function ownDescription(projectName: string): string {
  return `${mark(projectName)} Changes made here will be overwritten.`;
}

/** Whether this project made the function. */
export function isOwn({ description }: DeployedFunction, projectName: string): boolean {
  return description.startsWith(mark(projectName));
}
