/** Renders a link as a QR code. */
import { correction, generate } from "lean-qr/nano";

export interface QrDrawing {
  /** Modules per side, without the quiet zone. */
  size: number;
  /** An SVG path that covers each run of dark modules once. */
  path: string;
}

/**
 * Returns the QR code of a link, with error correction M, so that it can be read from slightly
 * stained paper.
 */
export function qrOf(link: string): QrDrawing {
  const code = generate(link, { minCorrectionLevel: correction.M });
  const { size } = code;
  let path = "";
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = x;
      while (code.get(x, y)) x += 1;
      if (x > from) path += `M${from} ${y}h${x - from}v1h-${x - from}z`;
    }
  }
  return { size, path };
}
