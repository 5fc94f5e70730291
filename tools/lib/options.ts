import { InvalidArgumentError } from "commander";

/** Makes a reader for an option that is a whole number within these bounds, inclusive. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Reads a repeatable option `HOST=ADDRESS`. */
export function collectAddress(
  text: string,
  previous: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [host, address, ...rest] = text.toLowerCase().split("=");
  if (!host || !address || rest.length > 0) throw new InvalidArgumentError("It must be HOST=ADDRESS.");
  return new Map([...previous, [host, address]]);
}
