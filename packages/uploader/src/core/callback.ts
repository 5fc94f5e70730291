/**
 * A callback of the caller's that can neither throw into an upload nor reject it. What it throws, or rejects
 * with, is told once.
 *
 * @param onError undefined tells console.error
 */
export function guarded<T>(
  callback: (value: T) => unknown,
  onError: ((error: unknown) => void) | undefined,
): (value: T) => void {
  let told = false;
  const tell = (error: unknown) => {
    if (told) return;
    told = true;
    report(error, onError);
  };
  return (value) => {
    try {
      Promise.resolve(callback(value)).then(undefined, tell);
    } catch (error) {
      tell(error);
    }
  };
}

function report(error: unknown, onError: ((error: unknown) => void) | undefined): void {
  try {
    if (onError) onError(error);
    else if (typeof console !== "undefined") console.error("A callback given to the uploader failed:", error);
  } catch {
    // An onError that throws has nobody left to tell.
  }
}
