/**
 * What the entries besides the first take of the core, where it is large. In a Mini Program they are files of their own,
 * which have it from the first one. What is small they bring along.
 */

export { askFile, call, platformError } from "./call";
export { failure } from "./errors";
export { persistently } from "./retry";
export { askService } from "./service";
export { checkStored, serviceError } from "./service-answer";
export { uploadWhole } from "./upload";
