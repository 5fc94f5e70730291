import { closest, distance } from "fastest-levenshtein";

/** A name that is probably a misspelt one. */
export interface Typo {
  readonly name: string;
  readonly meant: string;
}

/** The most letters that may be wrong, missing or extra. Two swapped letters count as two. */
const MAX_DISTANCE = 2;

/** The unknown names that look like a known one. */
export function findTypos(names: readonly string[], known: readonly string[]): Typo[] {
  return names.flatMap((name) => {
    if (known.includes(name)) return [];
    const meant = similar(name.toUpperCase().replaceAll(/[-.]/g, "_"), known);
    return meant === undefined || isOfAnotherFamily(name, meant) ? [] : [{ name, meant }];
  });
}

/** The known name that is closest to this one, if it is close enough. Short names must be closer. */
export function similar(name: string, known: readonly string[]): string | undefined {
  const nearest = closest(name, [...known]);
  const letters = distance(name, nearest);
  return letters <= Math.min(MAX_DISTANCE, Math.floor(nearest.length / 4)) ? nearest : undefined;
}

/** AWS_REGION is not a misspelt COS_REGION, though CSO_REGION is. */
function isOfAnotherFamily(name: string, meant: string): boolean {
  const [family, rest] = split(name.toUpperCase());
  const [meantFamily, meantRest] = split(meant);
  const isAnagram = [...family].sort().join() === [...meantFamily].sort().join();
  return rest === meantRest && !isAnagram && distance(family, meantFamily) >= MAX_DISTANCE;
}

function split(name: string): [family: string, rest: string] {
  const mark = name.indexOf("_");
  return [name.slice(0, Math.max(mark, 0)), name.slice(mark)];
}
