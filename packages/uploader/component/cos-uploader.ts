import type { Canceller, Endpoint, UploadError } from "cos-uploader";
import { createCanceller, createUploader } from "cos-uploader";
import { messageFor, systemLanguage } from "cos-uploader/messages";
import { choose, nameOf, type Source, type Trouble } from "./choose";
import {
  complete,
  extensionOf,
  type GivenFile,
  isUnderWay,
  moved,
  plainExtensions,
  type UploaderFile,
} from "./file";
import { fill, sizeText, TEXT } from "./text";
import { serviceFor } from "./uploaders";

/** The cancellers of the files that are being uploaded, by file id. Ids are unique across components. */
const cancellers: Record<string, Canceller> = {};
/** The ids of the files whose stored picture has been requested. */
const asked: Record<string, true> = {};
let lastId = 0;

function newId(): string {
  lastId += 1;
  return `cos-uploader-${lastId}`;
}

type TapOnFile = WechatMiniprogram.BaseEvent<Record<string, never>, { readonly id: string }>;

Component({
  options: { multipleSlots: true, addGlobalClass: false },
  externalClasses: ["cos-uploader-class"],

  properties: {
    /** The files, in order; `model:files` binds them both ways. */
    files: { type: Array, value: [] as GivenFile[] },
    /** One address for all functions, or one for each; empty to use the uploader given to `setUploader`. */
    endpoint: { type: null, value: "" as Endpoint },
    /** A rule of the signing functions; empty for the first that allows the extension. */
    rule: { type: String, value: "" },
    max: { type: Number, value: 9 },
    /** In bytes; 0 for the rule's own limit, which storage enforces in any case. */
    sizeLimit: { type: Number, value: 0 },
    /** Any of `image`, `video` and `file`; `file` works only for files from chats. */
    mediaType: { type: Array, value: ["image"] as string[] },
    /** Any of `album`, `camera` and `message` (a file from a chat). */
    source: { type: Array, value: ["album", "camera"] as string[] },
    /** The allowed extensions, such as `["pdf"]`; empty for all. */
    extensions: { type: Array, value: [] as string[] },
    sizeType: { type: Array, value: ["compressed"] as string[] },
    camera: { type: String, value: "back" },
    /** The longest video that the camera records, in seconds. */
    maxDuration: { type: Number, value: 30 },
    /** Whether an upload starts as soon as a file is chosen; if not, call `upload()`. */
    autoUpload: { type: Boolean, value: true },
    columns: { type: Number, value: 4 },
    disabled: { type: Boolean, value: false },
    deletable: { type: Boolean, value: true },
    sortable: { type: Boolean, value: true },
    showHint: { type: Boolean, value: true },
    /** Whether a stored picture is loaded from storage, through a signed URL. */
    showStored: { type: Boolean, value: false },
    /** Whether the slot `add` replaces the button. */
    addSlot: { type: Boolean, value: false },
    /** `zh` or `en`; empty for WeChat's language. */
    language: { type: String, value: "" },
  },

  data: {
    text: TEXT.en,
    hint: "",
    notice: "",
    /** By file id. They are kept out of `files` because a page binds it, and each change there also goes to its view. */
    percents: {} as Record<string, number>,
  },

  observers: {
    "language, max, sizeLimit"() {
      this.showText();
    },
    files(files: GivenFile[]) {
      if (files.some(({ id, status }) => !id || !status)) this.setData({ files: complete(files, newId) });
      else if (this.data.showStored) this.askForStored();
    },
  },

  lifetimes: {
    attached() {
      this.showText();
    },
    detached() {
      this.current().forEach(({ id }) => {
        stop(id);
      });
    },
  },

  methods: {
    languageNow(): "zh" | "en" {
      const { language } = this.data;
      return language === "zh" || language === "en" ? language : systemLanguage();
    },

    showText() {
      const text = TEXT[this.languageNow()];
      const size = sizeText(this.data.sizeLimit);
      const hint = fill(this.data.sizeLimit > 0 ? text.hintSize : text.hint, { max: this.data.max, size });
      this.setData({ text, hint });
    },

    current(): UploaderFile[] {
      return complete(this.data.files, newId);
    },

    /** Starts the files that are waiting: with `auto-upload` off, or because a page put them in the list. */
    upload() {
      this.current().forEach(({ id, status }) => {
        if (status === "waiting" && !cancellers[id]) this.start(id);
      });
    },

    /** Retries the failed files that may succeed. */
    retryAll() {
      this.current().forEach(({ id, status, retryable }) => {
        if (status === "failed" && retryable) this.start(id);
      });
    },

    onAdd() {
      const left = this.data.max - this.data.files.length;
      if (this.data.disabled || left <= 0) return;
      const sources = this.data.source.filter(isSource);
      const [first] = sources;
      if (first === undefined) {
        console.error('cos-uploader: `source` must be a list of "album", "camera" and "message".');
        return;
      }
      if (sources.length === 1) {
        this.choose(first, left);
        return;
      }
      wx.showActionSheet({
        itemList: sources.map((source) => nameOf(source, this.data.text)),
        success: ({ tapIndex }) => {
          const source = sources[tapIndex];
          if (source !== undefined) this.choose(source, left);
        },
      });
    },

    choose(source: Source, count: number) {
      const { mediaType, sizeType, camera, maxDuration, extensions } = this.data;
      choose(
        {
          source,
          count,
          mediaType: mediaType.filter(isMediaType),
          sizeType: sizeType.filter(isSizeType),
          camera: camera === "front" ? "front" : "back",
          maxDuration,
          extensions: plainExtensions(extensions),
        },
        newId,
        (files) => this.add(files),
        (trouble) => this.tell(trouble),
      );
    },

    /** Adds the chosen files, except those that are not allowed; the person is told about these. */
    add(files: UploaderFile[]) {
      const { max, text } = this.data;
      const before = this.current();
      const notices: string[] = [];
      const fitting = files.filter((file) => {
        const problem = this.problemOf(file);
        if (problem !== "") notices.push(problem);
        return problem === "";
      });
      const added = fitting.slice(0, Math.max(0, max - before.length));
      if (added.length < fitting.length) notices.push(fill(text.tooMany, { max }));
      this.setData({ notice: notices.join(" ") });
      if (notices.length > 0) this.triggerEvent("refuse", { notices });
      if (added.length === 0) return;
      this.put(before.concat(added));
      this.triggerEvent("add", { files: added });
      if (this.data.autoUpload)
        added.forEach(({ id }) => {
          this.start(id);
        });
    },

    /** Tells the person why a file is not allowed; empty when it is. */
    problemOf(file: UploaderFile): string {
      const { text, sizeLimit } = this.data;
      const extensions = plainExtensions(this.data.extensions);
      const name = file.name || (file.kind === "video" ? text.video : text.photo);
      if (extensions.length > 0 && extensions.indexOf(extensionOf(file)) < 0) {
        return fill(text.wrongType, { name, types: extensions.join(", ") });
      }
      if (sizeLimit > 0 && file.size > sizeLimit) {
        return fill(text.tooLarge, { name, size: sizeText(file.size), limit: sizeText(sizeLimit) });
      }
      return "";
    },

    start(id: string) {
      const file = this.fileOf(id);
      if (!file) return;
      const service = serviceFor(this.data.endpoint);
      if (!service)
        console.error("cos-uploader: give <cos-uploader> an endpoint, or call setUploader() in app.js.");
      // Without a service, the upload fails as with an empty endpoint, and the person does not wait in vain.
      const { uploader } = service || { uploader: createUploader({ endpoint: "" }) };
      const canceller = createCanceller();
      cancellers[id] = canceller;
      this.change(id, { status: "uploading", percent: 0, message: "", retryable: false });
      const { rule } = this.data;
      uploader
        .upload(file.filePath, {
          signal: canceller.signal,
          ...(rule === "" ? {} : { rule }),
          ...(extensionOf(file) === "" ? {} : { ext: extensionOf(file) }),
          onProgress: ({ fraction }) => this.showProgress(id, Math.floor(fraction * 100)),
        })
        .then(
          ({ key, size }) => {
            delete cancellers[id];
            const done = this.change(id, { status: "done", percent: 100, key, size: size || file.size });
            if (done) this.triggerEvent("success", { file: done });
          },
          (error: UploadError) => {
            delete cancellers[id];
            if (error.kind === "cancelled") return;
            const message = messageFor(error, this.languageNow());
            const failed = this.change(id, { status: "failed", message, retryable: error.retryable });
            if (failed) this.triggerEvent("fail", { file: failed, error });
          },
        );
    },

    askForStored() {
      const service = serviceFor(this.data.endpoint);
      if (!service) return;
      this.current().forEach(({ id, key, url, kind }) => {
        if (key === "" || url !== "" || asked[id]) return;
        asked[id] = true;
        service.viewUrl(key).then(
          (stored) => {
            if (stored) this.change(id, { url: stored, ...(kind === "image" ? { thumb: stored } : {}) });
          },
          // The picture on the phone is still shown, and the upload itself succeeded.
          () => {},
        );
      });
    },

    /** Shows the picture on the phone when it cannot be loaded from storage. */
    onPictureError({ currentTarget }: TapOnFile) {
      const file = this.fileOf(currentTarget.dataset.id);
      if (!file || file.thumb === "" || file.thumb === file.filePath) return;
      this.change(file.id, { thumb: file.kind === "image" ? file.filePath : "" });
    },

    /** Sets each whole percent only once: every setData is sent to the view's thread. */
    showProgress(id: string, percent: number) {
      if (this.data.percents[id] === percent || !this.fileOf(id)) return;
      this.setData({ [`percents.${id}`]: percent });
    },

    onTap({ currentTarget }: TapOnFile) {
      const file = this.fileOf(currentTarget.dataset.id);
      if (!file) return;
      this.triggerEvent("click", { file });
      if (file.kind === "file") {
        const notice = fill(this.data.text.cannotOpen, { name: file.name || this.data.text.file });
        const fail = () => this.setData({ notice });
        if (file.filePath !== "") wx.openDocument({ filePath: file.filePath, showMenu: true, fail });
        return;
      }
      const media = this.current().filter(({ kind }) => kind !== "file");
      wx.previewMedia({
        current: media.map(({ id }) => id).indexOf(file.id),
        sources: media.map(({ kind, url, filePath, thumb }) => ({
          url: url || filePath,
          type: kind === "video" ? "video" : "image",
          ...(thumb === "" ? {} : { poster: thumb }),
        })),
      });
    },

    /** Shows more actions for a file. Unlike dragging, a list also works with a screen reader. */
    onMore({ currentTarget }: TapOnFile) {
      const { id } = currentTarget.dataset;
      const files = this.current();
      const index = files.map((file) => file.id).indexOf(id);
      if (this.data.disabled || index < 0) return;
      const { text, sortable, deletable } = this.data;
      const actions: { readonly name: string; readonly run: () => void }[] = [];
      if (sortable && index > 0) {
        actions.push({ name: text.moveFirst, run: () => this.put(moved(files, index, 0)) });
        actions.push({ name: text.moveBack, run: () => this.put(moved(files, index, index - 1)) });
      }
      if (sortable && index < files.length - 1) {
        actions.push({ name: text.moveOn, run: () => this.put(moved(files, index, index + 1)) });
      }
      if (deletable) actions.push({ name: text.remove, run: () => this.remove(id) });
      if (actions.length === 0) return;
      wx.showActionSheet({
        itemList: actions.map(({ name }) => name),
        success: ({ tapIndex }) => actions[tapIndex]?.run(),
      });
    },

    onRetry({ currentTarget }: TapOnFile) {
      this.start(currentTarget.dataset.id);
    },

    onRemove({ currentTarget }: TapOnFile) {
      this.remove(currentTarget.dataset.id);
    },

    /** Removes a file from the list, and stops its upload. A stored file stays in storage. */
    remove(id: string) {
      const file = this.fileOf(id);
      if (!file || this.data.disabled) return;
      stop(id);
      const index = this.current()
        .map((other) => other.id)
        .indexOf(id);
      this.put(this.current().filter((other) => other.id !== id));
      this.setData({ notice: "" });
      this.triggerEvent("remove", { file, index });
    },

    tell(trouble: Trouble) {
      this.setData({ notice: trouble === undefined ? "" : this.data.text[trouble] });
    },

    fileOf(id: string): UploaderFile | undefined {
      return this.current().filter((file) => file.id === id)[0];
    },

    /** Changes one file, unless it has been removed in the meantime. */
    change(id: string, changes: Partial<UploaderFile>): UploaderFile | undefined {
      let changed: UploaderFile | undefined;
      const files = this.current().map((file) => {
        if (file.id !== id) return file;
        changed = Object.assign({}, file, changes);
        return changed;
      });
      if (changed) this.put(files);
      return changed;
    },

    put(files: UploaderFile[]) {
      this.setData({ files });
      const isBusy = files.some(isUnderWay);
      this.triggerEvent("change", { files, isBusy, keys: files.map(({ key }) => key).filter((key) => key) });
    },
  },
});

function stop(id: string): void {
  const canceller = cancellers[id];
  delete cancellers[id];
  if (canceller) canceller.cancel();
}

function isSource(source: string): source is Source {
  return source === "album" || source === "camera" || source === "message";
}

function isMediaType(type: string): type is "image" | "video" | "file" {
  return type === "image" || type === "video" || type === "file";
}

function isSizeType(type: string): type is "original" | "compressed" {
  return type === "original" || type === "compressed";
}
