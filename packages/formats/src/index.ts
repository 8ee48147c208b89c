/** @file The file formats of datasets: arrays, tar shards and marked images. */
export { DATASHEET_QUESTIONS, datasheetText, unansweredQuestions } from './datasheet/datasheet.ts';
export type { DatasheetAnswer, DatasheetFacts } from './datasheet/datasheet.ts';
export { FormatError, isFormatError } from './errors.ts';
export type { FormatErrorCode } from './errors.ts';
export { readSampleCollection, writeSampleCollection } from './hdf5/sample-collection.ts';
export type { CollectionSample } from './hdf5/sample-collection.ts';
export { readStatistics, writeStatistics } from './hdf5/statistics-file.ts';
export type { IterationStatistics } from './hdf5/statistics-file.ts';
export { contactSheet } from './images/contact-sheet.ts';
export type { ContactSheetOptions } from './images/contact-sheet.ts';
export { decodeImage, thumbnail } from './images/decode.ts';
export type { ThumbnailOptions } from './images/decode.ts';
export { encodeImage, encodeImages, encodeRgb, IMAGE_FORMATS } from './images/encode.ts';
export type { EncodeManyOptions, EncodeOptions, ImageFormat } from './images/encode.ts';
export { inspectImage } from './images/inspect.ts';
export type { InspectedImage } from './images/inspect.ts';
export { markAsSynthetic } from './images/mark-file.ts';
export { rasteriseSvg } from './images/rasterise-svg.ts';
export { toRgb } from './images/pixels.ts';
export type { ChannelOrder, NetworkImage, PixelLayout, RgbImage } from './images/pixels.ts';
export { resizeRgb } from './images/resize.ts';
export { CREATOR_TOOL, readSyntheticMark, SYNTHETIC_SOURCE_TYPE } from './images/synthetic-mark.ts';
export type { SyntheticMark, SyntheticMetadata } from './images/synthetic-mark.ts';
export type { NpyData, NpyDtype } from './npy/dtypes.ts';
export { decodeNpy, encodeNpy } from './npy/npy.ts';
export type { NpyArray } from './npy/npy.ts';
export { canonicalJson } from './tar/canonical-json.ts';
export type { JsonValue } from './tar/canonical-json.ts';
export { parseSampleName, sampleName } from './tar/sample-name.ts';
export type { SampleId } from './tar/sample-name.ts';
export { readTarEntries, readTarFiles } from './tar/read-tar-files.ts';
export type { TarEntry, TarEntryOptions, TarFile } from './tar/read-tar-files.ts';
export { packFiles } from './tar/pack-files.ts';
export type { PackedFile } from './tar/pack-files.ts';
export { readShardIndex } from './tar/shard-index.ts';
export { END_BYTES as TAR_END_BYTES, ShardWriter, writeShard } from './tar/shard-writer.ts';
export type { ShardEntry, ShardIndex, ShardOptions, ShardSample } from './tar/shard-writer.ts';
export { TAR_BLOCK_BYTES, tarHeader, tarPaddingBytes } from './tar/tar-header.ts';
export { openZip } from './zip/open-zip.ts';
export type { ZipArchive, ZipLimits } from './zip/open-zip.ts';
export {
  centralZipHeader,
  centralZipHeaderBytes,
  localZipHeader,
  localZipHeaderBytes,
  zipEnd,
} from './zip/stored-zip.ts';
export type { StoredZipFile, StoredZipTotals } from './zip/stored-zip.ts';
