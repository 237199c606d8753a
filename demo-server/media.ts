// A picture and a sound, made here so that the repository holds no binary files.
import { crc32, deflateSync } from 'node:zlib'

type Colour = [red: number, green: number, blue: number]

/** A sun over the sea. */
export function createPng(width = 320, height = 200): Buffer<ArrayBuffer> {
  const rows: Buffer[] = []
  for (let y = 0; y < height; y++) {
    const pixels = Array.from({ length: width }, (_, x) => colourAt(x / height, y / height))
    // Each row begins with its filter: 0, none.
    rows.push(Buffer.from([0, ...pixels.flat()]))
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // 8 bits per sample, RGB.
  header.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function colourAt(x: number, y: number): Colour {
  const isSun = Math.hypot(x - 0.8, y - 0.42) < 0.2
  if (y > 0.65) return [20, 95 - 60 * (y - 0.65), 110 + 40 * Math.sin(y * 90 + 3 * Math.sin(x * 6)) ** 2]
  return isSun ? [255, 214, 120] : [250 - 110 * (0.65 - y), 150 + 20 * y, 120 + 120 * (0.65 - y)]
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write(type, 4, 'latin1')
  chunk.set(data, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8)
  return chunk
}

const SAMPLE_RATE = 8_000
/** A pentatonic scale, up and down, in Hz. */
const NOTES = [262, 294, 330, 392, 440, 523, 440, 392, 330, 294]

/** 16-bit PCM, mono. */
export function createWav(seconds = 20): Buffer<ArrayBuffer> {
  const samples = SAMPLE_RATE * seconds
  const wav = Buffer.alloc(44 + samples * 2)
  wav.write('RIFF', 0, 'latin1')
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.write('WAVEfmt ', 8, 'latin1')
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(SAMPLE_RATE, 24)
  wav.writeUInt32LE(SAMPLE_RATE * 2, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36, 'latin1')
  wav.writeUInt32LE(samples * 2, 40)
  for (let i = 0; i < samples; i++) {
    const time = i / SAMPLE_RATE
    const note = NOTES[Math.floor(time * 2) % NOTES.length] ?? 0
    const fading = Math.exp(-4 * (time % 0.5))
    wav.writeInt16LE(Math.round(12_000 * fading * Math.sin(2 * Math.PI * note * time)), 44 + i * 2)
  }
  return wav
}
