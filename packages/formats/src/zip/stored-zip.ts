/**
 * @file Records of a zip archive whose files are stored, not compressed: everything between the contents follows from names,
 * sizes and CRC-32s, so that an archive can be laid out, and any part of it sent, without being built. ZIP64 where it is needed
 * (APPNOTE 6.3.10, 4.3.7 to 4.3.16).
 */
import { FormatError } from '../errors.ts';

/** A file of an archive. */
export interface StoredZipFile {
  /** Relative path of ASCII characters. */
  readonly name: string;
  /** Bytes, less than 4 GiB. */
  readonly sizeBytes: number;
  readonly crc32: number;
}

/** What the end of an archive says of it. */
export interface StoredZipTotals {
  readonly files: number;
  /** Where the directory begins, bytes: the sum of all local headers and contents. */
  readonly directoryOffset: number;
  readonly directoryBytes: number;
}

/** From here on a number does not fit its field, which then holds this. */
const FULL_32 = 0xff_ff_ff_ff;
const FULL_16 = 0xff_ff;

const VERSION_PLAIN = 20;
const VERSION_ZIP64 = 45;
/** 1 January 1980, the first day there is: no time of making in the bytes. */
const DATE = 0x00_21;
/** An ordinary file, readable by all, as unzip restores it. */
const UNIX_MODE = 0o100_644;
const MADE_BY_UNIX = 3 << 8;

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const ZIP64_EXTRA_BYTES = 12;

/** Bytes of {@link localZipHeader}. */
export function localZipHeaderBytes(name: string): number {
  return LOCAL_BYTES + name.length;
}

/** Bytes of {@link centralZipHeader} for a file whose local header begins at `offset`. */
export function centralZipHeaderBytes(name: string, offset: number): number {
  return CENTRAL_BYTES + name.length + (offset >= FULL_32 ? ZIP64_EXTRA_BYTES : 0);
}

/** What stands before the content of a file. @throws FormatError INVALID_ARGUMENT */
export function localZipHeader(file: StoredZipFile): Uint8Array {
  checkFile(file);
  const header = Buffer.alloc(localZipHeaderBytes(file.name));
  header.writeUInt32LE(0x04_03_4b_50, 0);
  header.writeUInt16LE(VERSION_PLAIN, 4);
  writeFacts(header, 6, file);
  header.write(file.name, LOCAL_BYTES, 'latin1');
  return new Uint8Array(header);
}

/** The entry of a file in the directory. @param offset of its local header, bytes @throws FormatError INVALID_ARGUMENT */
export function centralZipHeader(file: StoredZipFile, offset: number): Uint8Array {
  checkFile(file);
  const isFar = offset >= FULL_32;
  const version = isFar ? VERSION_ZIP64 : VERSION_PLAIN;
  const header = Buffer.alloc(centralZipHeaderBytes(file.name, offset));
  header.writeUInt32LE(0x02_01_4b_50, 0);
  header.writeUInt16LE(MADE_BY_UNIX | version, 4);
  header.writeUInt16LE(version, 6);
  writeFacts(header, 8, file);
  header.writeUInt16LE(isFar ? ZIP64_EXTRA_BYTES : 0, 30);
  header.writeUInt32LE((UNIX_MODE << 16) >>> 0, 38);
  header.writeUInt32LE(isFar ? FULL_32 : offset, 42);
  header.write(file.name, CENTRAL_BYTES, 'latin1');
  if (isFar) {
    const extra = CENTRAL_BYTES + file.name.length;
    header.writeUInt16LE(1, extra);
    header.writeUInt16LE(8, extra + 2);
    header.writeBigUInt64LE(BigInt(offset), extra + 4);
  }
  return new Uint8Array(header);
}

/** What ends an archive: with the records of ZIP64 where a number is too large for the plain one. */
export function zipEnd({ files, directoryOffset, directoryBytes }: StoredZipTotals): Uint8Array {
  const isLarge = files >= FULL_16 || directoryOffset >= FULL_32 || directoryBytes >= FULL_32;
  const plain = Buffer.alloc(22);
  plain.writeUInt32LE(0x06_05_4b_50, 0);
  plain.writeUInt16LE(Math.min(files, FULL_16), 8);
  plain.writeUInt16LE(Math.min(files, FULL_16), 10);
  plain.writeUInt32LE(Math.min(directoryBytes, FULL_32), 12);
  plain.writeUInt32LE(Math.min(directoryOffset, FULL_32), 16);
  if (!isLarge) return new Uint8Array(plain);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06_06_4b_50, 0);
  record.writeBigUInt64LE(44n, 4); // what follows of this record
  record.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 12);
  record.writeUInt16LE(VERSION_ZIP64, 14);
  record.writeBigUInt64LE(BigInt(files), 24);
  record.writeBigUInt64LE(BigInt(files), 32);
  record.writeBigUInt64LE(BigInt(directoryBytes), 40);
  record.writeBigUInt64LE(BigInt(directoryOffset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07_06_4b_50, 0);
  locator.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 8);
  locator.writeUInt32LE(1, 16); // one disk
  return new Uint8Array(Buffer.concat([record, locator, plain]));
}

/** Flags to name length, the same in both headers. */
function writeFacts(header: Buffer, at: number, file: StoredZipFile): void {
  header.writeUInt16LE(DATE, at + 6);
  header.writeUInt32LE(file.crc32, at + 8);
  header.writeUInt32LE(file.sizeBytes, at + 12);
  header.writeUInt32LE(file.sizeBytes, at + 16);
  header.writeUInt16LE(file.name.length, at + 20);
}

function checkFile({ name, sizeBytes, crc32 }: StoredZipFile): void {
  const isPlain = /^[\x20-\x7e]{1,1000}$/.test(name) && !name.includes('\\');
  if (!isPlain || name.split('/').some((part) => ['', '.', '..'].includes(part)))
    throw new FormatError(
      'INVALID_ARGUMENT',
      `'${name.slice(0, 120)}' cannot name a file in an archive; use a relative path of ASCII characters.`,
    );
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes >= FULL_32)
    throw new FormatError(
      'INVALID_ARGUMENT',
      `'${name}' has ${sizeBytes} bytes; a file of an archive has less than 4 GiB.`,
    );
  if (!Number.isInteger(crc32) || crc32 < 0 || crc32 > FULL_32)
    throw new FormatError('INVALID_ARGUMENT', `${crc32} is no CRC-32 (of '${name}').`);
}
