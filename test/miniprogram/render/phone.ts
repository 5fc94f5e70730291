/** A file on the phone. */
export interface PhoneFile {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  /** Base64. */
  readonly content: string;
  /** Bytes; those after the content are zero. @default the content's length */
  readonly size?: number;
}

/** What a test sets before the page starts, and reads afterwards. */
export interface Phone {
  readonly files: readonly PhoneFile[];
  /** Such as `zh_CN`; empty for a version of WeChat that does not say. */
  readonly language: string;
  /** What wx.login returns, one after the other. */
  readonly codes: string[];
  /** What the person chooses in each list, one after the other; nothing once these are used up. */
  readonly taps: number[];
  /** The error of chooseMedia; empty if it succeeds. */
  readonly chooseFailure: string;
  /** Every list that was shown. */
  readonly lists: string[][];
  readonly previews: object[];
}
