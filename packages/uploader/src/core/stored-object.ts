/** A file that the user has in COS. */
export interface StoredObject {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** When it was stored, such as `2026-11-23T08:00:00.000Z`. */
  readonly lastModified: string;
  readonly etag: string;
}

/** A page of the user's files, in the order of their keys. */
export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  /** For `after` of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** What became of a file that was to be removed. */
export interface Removed {
  readonly key: string;
  readonly removed: boolean;
  /** COS's code, where it was not. */
  readonly code: string | undefined;
}
