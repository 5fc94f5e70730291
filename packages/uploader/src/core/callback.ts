import { noop } from "./job";

/**
 * A callback of the caller's that can neither throw into an upload nor reject it. What it throws, or rejects with, is
 * told once.
 *
 * @param onError undefined tells console.error
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
    // An onError that throws has nobody left to tell.
    new Promise((resolve) => resolve(callback(value))).catch(tell).then(noop, noop);
  };
}
