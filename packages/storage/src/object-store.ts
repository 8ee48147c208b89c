/** @file The interface every provider implements; nothing above this package knows which one it has. */

/** What a store knows about one object. */
export interface ObjectInfo {
  readonly key: string;
  readonly sizeBytes: number;
  /** Media type as given when written, else as the key's extension says, else absent. */
  readonly contentType?: string;
}

/** An object that is there. */
export interface StoredObject extends ObjectInfo {
  /** When it was last written, by the clock of the store. */
  readonly modifiedAt: Date;
}

/** Options of {@link ObjectStore.put}. */
export interface PutOptions {
  /** Media type. The file system keeps none and goes by the key's extension. */
  readonly contentType?: string;
  /** Aborting it leaves no object behind; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A part of an object, in bytes; it must lie wholly inside the object. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * A flat map from keys to bytes. Keys are relative paths such as `runs/7/shards/0001.tar`; see
 * `checkKey` for their rules. Every method rejects with a StorageError.
 */
export interface ObjectStore {
  readonly kind: 'memory' | 'filesystem' | 's3';
  /** Write an object. Atomic: a reader sees the old object, or none, or the whole new one. */
  put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<ObjectInfo>;
  /** The whole object; NOT_FOUND when there is none. */
  get(key: string): Promise<Uint8Array>;
  /** Exactly `length` bytes from `offset`; INVALID_RANGE when the object does not hold them all. */
  getRange(key: string, offset: number, length: number): Promise<Uint8Array>;
  /**
   * The object, or a part of it, in pieces. A missing object and a range outside of it are
   * reported by this call, not while iterating. Iterate the result once, or call its iterator's
   * `return` to let go of the connection.
   */
  stream(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  /** Size, type and time of writing, or null when there is no object. */
  stat(key: string): Promise<StoredObject | null>;
  /** Remove the object; one that does not exist is no error. */
  delete(key: string): Promise<void>;
  /** Objects whose key begins with `prefix`, in the order of the keys' UTF-8 bytes. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /**
   * A URL from which anyone can read the object for that long (1 to 604 800 seconds), or null
   * where the provider has none. The object need not exist.
   */
  presign(key: string, expiresInSeconds: number): Promise<string | null>;
  /** Write, read and delete a small object; rejects with what is wrong and what to do. */
  probe(): Promise<void>;
  /** Let go of connections. The store must not be used afterwards. */
  close(): Promise<void>;
}
