/**
 * Names that mean the same, a line each; phones and browsers report them as their systems do. The names of a line are
 * those that https://github.com/gabriel-vasile/mimetype/blob/master/supported_mimes.md lists for one kind of file, and
 * besides them the ones that Windows' registry has (`image/pjpeg`, `image/jpg`, `image/x-png`, `audio/vnd.dlna.adts`),
 * that Android has (`audio/x-aac`, `audio/m4a`, `text/comma-separated-values`), that Firefox has (`video/ogg` for `.ogg`)
 * and that spreadsheets have (`text/x-csv`). A name without a slash has the top-level type of its line. No line may hold
 * both what a browser runs and what it does not.
 */
export const SAME_TYPES = `image/jpeg jpg pjpeg
image/png x-png
image/heic heif heic-sequence heif-sequence
image/bmp x-bmp x-ms-bmp
image/tiff x-tiff
image/x-icon vnd.microsoft.icon
audio/mpeg mp3 x-mpeg x-mp3
audio/mp4 x-m4a m4a x-mp4a
audio/aac x-aac vnd.dlna.adts
audio/wav x-wav wave vnd.wave
audio/amr amr-nb
audio/ogg application/ogg application/x-ogg video/ogg
audio/flac x-flac
video/mp4 x-m4v
video/3gpp 3gp audio/3gpp
video/x-matroska matroska
video/webm audio/webm
video/x-msvideo avi msvideo vnd.avi
text/csv comma-separated-values x-comma-separated-values x-csv
application/pdf x-pdf
application/msword vnd.ms-word
application/vnd.ms-excel msexcel
application/zip x-zip-compressed x-zip
application/vnd.rar x-rar-compressed x-rar
application/gzip x-gzip
application/rtf text/rtf
text/xml application/xml`;
