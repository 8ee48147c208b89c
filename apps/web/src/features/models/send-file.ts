/** @file Sends one file to the gateway; fetch cannot tell how far an upload is, so it is an XMLHttpRequest. */

/** What a file was answered with when it was not taken. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused';
}

interface Answer {
  readonly upload?: unknown;
  readonly message?: unknown;
}

/**
 * Sends the file and returns its ticket for the registration.
 *
 * @throws UploadRefused with a sentence for people; the signal's reason when aborted
 */
export function sendFile(
  file: File,
  options: {
    /** What it is part of. @default 'models' */
    readonly kind?: 'models' | 'galleries' | 'covariates' | 'images';
    readonly teamId: string;
    readonly name: string;
    readonly onProgress: (bytes: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const { kind = 'models', teamId, name, onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => {
      request.abort();
    };
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', abort);
      act();
    };
    request.open(
      'PUT',
      `/uploads/${kind}/${encodeURIComponent(teamId)}/${encodeURIComponent(name)}`,
    );
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => {
      onProgress(event.loaded);
    });
    request.addEventListener('load', () => {
      const { upload, message } = readAnswer(request.responseText);
      settle(() => {
        if (request.status === 201 && typeof upload === 'string') resolve(upload);
        else
          reject(
            new UploadRefused(
              typeof message === 'string'
                ? message
                : `The server did not take ${name} (status ${String(request.status)}); try again in a moment.`,
            ),
          );
      });
    });
    request.addEventListener('error', () => {
      settle(() => {
        reject(new UploadRefused(`The connection broke while ${name} was being sent; try again.`));
      });
    });
    request.addEventListener('abort', () => {
      settle(() => {
        reject(signal.reason instanceof Error ? signal.reason : new UploadRefused('Stopped.'));
      });
    });
    signal.addEventListener('abort', abort, { once: true });
    request.send(file);
  });
}

function readAnswer(text: string): Answer {
  try {
    return Object(JSON.parse(text)) as Answer;
  } catch {
    // A proxy in between answers with a page of its own.
    return {};
  }
}
