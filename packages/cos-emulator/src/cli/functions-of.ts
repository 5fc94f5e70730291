import type { Places } from "../emulator.ts";
import { findBundles } from "../scf/runtime/bundles.ts";
import { checkUserEnvironment } from "../scf/runtime/environment.ts";
import type { FunctionDefinition } from "../scf/start.ts";

/** What a variable's value may name in braces, such as `{cosHost}`: the emulated cloud's addresses and keys. */
const PLACES: Readonly<Record<string, (places: Places) => string>> = {
  bucket: ({ bucket }) => bucket.name,
  region: ({ bucket }) => bucket.region,
  appId: ({ account }) => account.appId,
  secretId: ({ account }) => account.secretId,
  secretKey: ({ account }) => account.secretKey,
  cosHost: ({ cosHost }) => cosHost,
  stsEndpoint: ({ stsEndpoint }) => stsEndpoint,
  weChatEndpoint: ({ weChatEndpoint }) => weChatEndpoint,
  weChatAppId: ({ miniProgram }) => miniProgram.appId,
  weChatSecret: ({ miniProgram }) => miniProgram.secret,
};

export const PLACE_NAMES: readonly string[] = Object.keys(PLACES);

/** Thrown when the functions' folder contains none. */
export class NoFunctionsError extends Error {
  override readonly name = "NoFunctionsError";
}

/**
 * The functions of a folder, `<name>/index.js` each, with these variables. Names such as `{cosHost}` in a value are
 * replaced by what they stand for; other braces stay.
 *
 * @throws {NoFunctionsError}
 * @throws {EnvironmentError} for a variable that SCF would not accept
 */
export async function functionsOf(
  directory: string,
  environment: Readonly<Record<string, string>>,
  places: Places,
): Promise<readonly FunctionDefinition[]> {
  const bundles = await findBundles(directory);
  if (bundles.size === 0) {
    throw new NoFunctionsError(`There is no function in ${directory}: each is a folder with an index.js.`);
  }
  const filled = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, fill(value, places)]),
  );
  checkUserEnvironment(filled);
  return [...bundles].map(([name, file]) => ({ name, file, environment: filled }));
}

function fill(value: string, places: Places): string {
  return value.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(PLACES, name) ? (PLACES[name]?.(places) ?? whole) : whole,
  );
}
