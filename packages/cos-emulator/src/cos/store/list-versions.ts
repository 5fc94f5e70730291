import { commonPrefix, compareBytes } from "./list-keys.ts";
import type { ObjectStore } from "./object-store.ts";
import type { StoredVersion } from "./stored-object.ts";

export interface ListVersionsOptions {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Versions of keys after this one, and with `versionIdMarker` also the older ones of this key. */
  readonly keyMarker: string;
  readonly versionIdMarker: string;
  readonly maxKeys: number;
}

export interface VersionListing {
  readonly versions: readonly StoredVersion[];
  readonly commonPrefixes: readonly string[];
  /** Where the next listing goes on; undefined when this one is complete. */
  readonly next: { readonly keyMarker: string; readonly versionIdMarker: string } | undefined;
}

/** Lists versions as GET Bucket Object versions does: by key, of each the newest first. */
export function listVersions(
  store: Pick<ObjectStore, "keys" | "versions">,
  options: ListVersionsOptions,
): VersionListing {
  const { prefix, delimiter, keyMarker, versionIdMarker, maxKeys } = options;
  const versions: StoredVersion[] = [];
  const commonPrefixes: string[] = [];
  let next = { keyMarker, versionIdMarker };
  const keys = store
    .keys()
    .filter((key) => key.startsWith(prefix))
    .filter((key) => compareBytes(key, keyMarker) > (versionIdMarker === "" ? 0 : -1))
    .sort(compareBytes);
  for (const key of maxKeys === 0 ? [] : keys) {
    const common = commonPrefix(key, prefix, delimiter);
    if (common !== undefined && (common === keyMarker || common === commonPrefixes.at(-1))) continue;
    const entries = common === undefined ? after(store.versions(key), key, options) : [undefined];
    for (const version of entries) {
      if (versions.length + commonPrefixes.length >= maxKeys) return { versions, commonPrefixes, next };
      if (version !== undefined) versions.push(version);
      else if (common !== undefined) commonPrefixes.push(common);
      next = { keyMarker: common ?? key, versionIdMarker: version?.versionId ?? "" };
    }
  }
  return { versions, commonPrefixes, next: undefined };
}

function after(
  versions: readonly StoredVersion[],
  key: string,
  { keyMarker, versionIdMarker }: ListVersionsOptions,
): readonly StoredVersion[] {
  if (key !== keyMarker) return versions;
  const last = versions.findIndex(({ versionId }) => versionId === versionIdMarker);
  return last < 0 ? [] : versions.slice(last + 1);
}
