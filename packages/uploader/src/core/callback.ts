import { noop } from "./job";

/**
 * Wraps a callback of the caller so that it cannot make an upload fail. What it throws or rejects with is reported once.
 *
 * @param onError undefined reports to console.error
 */
export function guarded<T>(
  callback: (value: T) => unknown,
  onError?: (error: unknown) => void,
): (value: T) => void {
  let isTold = false;
  const tell = (error: unknown) => {
    if (isTold) return;
    isTold = true;
    if (onError) onError(error);
    else console.error(error);
  };
  return (value) => {
    // If onError throws, nothing is left to report to.
    new Promise((resolve) => resolve(callback(value))).catch(tell).then(noop, noop);
  };
}
