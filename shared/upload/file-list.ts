import { invalidParameter } from "../errors.ts";
import { readJsonBody } from "../http/json-body.ts";
import type { HttpRequest } from "../http/request.ts";

const MAX_FILES = 20;

/** Reads `{"files":[ … ]}`, 1 to 20 entries, each as it came. */
export function readFileList(request: HttpRequest): readonly unknown[] {
  const { files } = readJsonBody(request, ["files"]);
  if (!Array.isArray(files) || files.length < 1 || files.length > MAX_FILES) {
    throw invalidParameter(`files must be a list of 1 to ${MAX_FILES} files.`);
  }
  return files;
}
