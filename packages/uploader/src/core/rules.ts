declare global {
  /**
   * The rules of your functions: by name, the MIME types of each extension. `npm run build` of cos-direct-upload writes
   * them to `miniprogram/rules.d.ts`. If you copy that file into your project, a misspelt rule does not compile; without
   * it, any name does.
   */
  interface CosUploaderRules {}
}

/** The name of a rule. */
export type RuleName = keyof CosUploaderRules extends never ? string : keyof CosUploaderRules;

/** An extension that a rule allows. */
export type Extension = keyof CosUploaderRules extends never
  ? string
  : { [name in keyof CosUploaderRules]: keyof CosUploaderRules[name] }[keyof CosUploaderRules];
