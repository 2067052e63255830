// Stands for the global `Buffer` in the browser: texts as bytes, and back.
type Encoding = 'utf8' | 'latin1' | 'base64';

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

class Bytes extends Uint8Array {
  override toString(encoding: Encoding = 'utf8'): string {
    if (encoding === 'utf8') return new TextDecoder().decode(this);
    return encoding === 'latin1' ? latin1(this) : btoa(latin1(this));
  }
}

export const Buffer = {
  from(text: string, encoding: Encoding = 'utf8'): Bytes {
    if (encoding === 'utf8') return new Bytes(new TextEncoder().encode(text));
    const letters = encoding === 'latin1' ? text : atob(text);
    return Bytes.from(letters, (letter: unknown) => (letter as string).charCodeAt(0)) as Bytes;
  },
  byteLength: (text: string): number => new TextEncoder().encode(text).length,
};
