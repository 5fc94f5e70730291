import { ConfigurationError, ServiceError } from "../errors.ts";

/**
 * Loads code that few deployments need from a file of its own beside `index.js`, so that no other cold start
 * has to (see tools/build/parts.ts). A part is a bundle with classes of its own: what it throws and returns
 * must be told apart by name or code, never by class.
 *
 * @param file such as `quota.js`
 * @param because what asks for it, such as `A quota is set`
 * @param load requires it; esbuild wants to see the path there
 * @throws ConfigurationError when the file was left behind
 */
export function loadPart<T>(file: string, because: string, load: () => T): T {
  try {
    return load();
  } catch {
    throw new ConfigurationError(
      `${because}, but ${file} beside index.js cannot be loaded: deploy the whole folder.`,
    );
  }
}

/** The same refusal, where a part has given it: the part has a class of its own for it. */
export function ownRefusal(refusal: ServiceError): ServiceError {
  return new ServiceError(refusal.status, refusal.code, refusal.message, refusal);
}
