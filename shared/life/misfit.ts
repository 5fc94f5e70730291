/** Why a file is not what its rule says. */
export type Misfit =
  /** Its extension is none of the rule's. */
  | "WrongExtension"
  /** It is larger than the rule's `maxBytes`. */
  | "TooLarge"
  /** Its Content-Type is none of the rule's, nor one that platforms add to a body without one. */
  | "WrongType"
  /**
   * Its first bytes are not those of its extension (or of another picture), or, of a text, another format's; or its
   * Content-Encoding makes others of them.
   */
  | "WrongContent"
  /** COS does not return it: it is archived, or encrypted with a key that only its uploader has. */
  | "Unreadable";
