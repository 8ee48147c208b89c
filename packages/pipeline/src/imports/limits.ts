/** @file How large an upload of an import may be, for whoever sends one and whoever takes it. */

/** Bytes of one tar file; a larger source is sent as several. */
export const LARGEST_IMPORT_FILE = 2 ** 31 - 1;

/** Tar files of one import. */
export const MOST_IMPORT_FILES = 512;
