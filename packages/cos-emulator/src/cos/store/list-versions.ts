import { listEntries } from "./list-entries.ts";
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
  /** Where the next listing continues; undefined when this one is complete. */
  readonly next: { readonly keyMarker: string; readonly versionIdMarker: string } | undefined;
}

/** Lists versions as GET Bucket Object versions does: by key, the newest of each first. */
export function listVersions(
  store: Pick<ObjectStore, "ordered" | "versions">,
  options: ListVersionsOptions,
): VersionListing {
  const { prefix, delimiter, keyMarker, versionIdMarker, maxKeys } = options;
  const versions: StoredVersion[] = [];
  const commonPrefixes: string[] = [];
  if (maxKeys === 0) return { versions, commonPrefixes, next: undefined };
  let next = { keyMarker, versionIdMarker };
  const keys = listEntries(store.ordered, {
    keyOf: (key) => key,
    prefix,
    delimiter,
    marker: keyMarker,
    isLeft: () => versionIdMarker !== "",
  });
  for (const { item: key, common } of keys) {
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
