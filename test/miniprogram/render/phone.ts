/** A file of the phone. */
export interface PhoneFile {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  /** Base64. */
  readonly content: string;
  /** Bytes; those that come after the content are zero. @default the content's */
  readonly size?: number;
}

/** What a test sets before the page starts, and reads afterwards. */
export interface Phone {
  readonly files: readonly PhoneFile[];
  /** Such as `zh_CN`; empty for a version of WeChat that tells nothing of itself. */
  readonly language: string;
  /** What wx.login gives, one after the other. */
  readonly codes: string[];
  /** What the person chooses in each list, one after the other; nothing when there is none left. */
  readonly taps: number[];
  /** What chooseMedia fails with; empty when it does not. */
  readonly chooseFailure: string;
  /** Every list that was shown. */
  readonly lists: string[][];
  readonly previews: object[];
}
