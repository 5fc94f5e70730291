/**
 * The large parts of the core that the other entry points use. In a Mini Program, those entry points are separate files
 * that load these parts from the first one; they contain their own copies of small parts.
 */

export { askFile, call, errorsOf, run } from "./call";
export { failure } from "./errors";
export { persistently } from "./retry";
export { askService } from "./service";
export { checkStored, serviceError } from "./service-answer";
export { uploadWhole } from "./upload";
